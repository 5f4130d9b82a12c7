import { metrics, trace } from '@opentelemetry/api'
import type { Observed, Outcome, Telemetry } from 'hono-oauth'
import { openTelemetry } from 'hono-oauth/opentelemetry'
import { afterEach, expect, it } from 'vitest'
import { createRecorder } from '../rig/recorder.ts'
import { nodeRig } from '../rig/suite.ts'

const FAILURE = new Error('the telemetry is broken')

it.each<[string, Telemetry, boolean]>([
  [
    'throws',
    () => {
      throw FAILURE
    },
    true,
  ],
  [
    'throws after the work',
    async (_observed, run) => {
      await run()
      throw FAILURE
    },
    true,
  ],
  ['does not run the work', () => undefined, false],
  ['runs the work twice', (_observed, run) => Promise.all([run(), run()]), false],
  ['runs the work late', (_observed, run) => Promise.resolve().then(run), false],
])('a telemetry that %s has no other effect', async (_title, telemetry, isLogged) => {
  const rig = await nodeRig({ telemetry })
  const browser = await rig.connected('ex-memory')
  expect((await browser.request('/s/use/ex-memory')).status).toBe(200)
  expect(rig.tokenRequests()).toBe(1)
  expect((await browser.navigate('/auth/ex-memory/callback?state=x&code=y')).status).toBe(400)
  const lines = (await rig.place.ran()).logs.filter((line) => line.includes('telemetry failed'))
  expect(lines.length > 0).toBe(isLogged)
})

it('a telemetry of the app gets what happens and how it ended', async () => {
  const told: [Observed, Outcome][] = []
  const telemetry: Telemetry = async (observed, run) => void told.push([observed, await run()])
  const rig = await nodeRig({ telemetry })
  await rig.connected('ex-memory')
  await rig.place.running().oauth.rotateKeys({})
  await rig.place
    .running()
    .oauth.rotateKeys({}, { limit: 0 })
    .catch(() => undefined)
  expect(told).toEqual([
    [{ name: 'login', provider: 'ex-memory' }, {}],
    [{ name: 'request', method: 'POST', origin: 'https://oauth.example' }, { status: 200 }],
    [{ name: 'request', origin: 'https://oauth.example' }, { status: 200 }],
    [{ name: 'callback', provider: 'ex-memory' }, { status: 303 }],
    [{ name: 'key_rotation' }, {}],
    [{ name: 'key_rotation' }, { error: 'configuration_invalid' }],
  ])
})

afterEach(() => {
  trace.disable()
  metrics.disable()
})

it('openTelemetry() finds the SDK that is registered, also later', async () => {
  const rig = await nodeRig({ telemetry: openTelemetry() })
  await rig.connected('ex-memory')
  const { tracerProvider, meterProvider, read } = createRecorder()
  trace.setGlobalTracerProvider(tracerProvider)
  metrics.setGlobalMeterProvider(meterProvider)
  await rig.connected('ex-memory')
  const { spans, metrics: told } = await read()
  expect(spans.map(({ name }) => name)).toEqual(['hono_oauth.login', 'hono_oauth.callback', 'POST', 'GET'])
  expect(told.flatMap(({ points }) => points)).toHaveLength(4)
})
