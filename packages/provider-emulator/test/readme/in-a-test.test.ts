import { startEmulator } from 'provider-emulator/vitest'
import { expect, it } from 'vitest'

const emulator = startEmulator()

it('answers 503 while GitHub is down', async () => {
  emulator.control.setScenario('github', 'token-endpoint-503', 1)
  const response = await fetch('https://github.com/login/oauth/access_token', { method: 'POST' })
  expect(response.status).toBe(503)
  expect(emulator.control.requests()).toMatchObject([{ host: 'github.com', status: 503 }])
})
