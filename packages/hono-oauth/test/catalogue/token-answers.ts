import { expect } from 'vitest'
import type { Rig } from '../rig/rig.ts'
import { EX, loggingIn, refuses, use } from './steps.ts'

export const MiB = 1024 * 1024
export const INVALID = { status: 502, code: 'provider_response_invalid' }
export const DOWN = { status: 502, code: 'provider_unavailable' }
export const SLOW = { status: 504, code: 'provider_timeout' }
type Refusal = typeof INVALID

/** A login whose exchange goes wrong: one clear answer, one request, nothing kept, nothing sent again. */
export async function fails(rig: Rig, path: string, { status, code }: Refusal, about: string) {
  const { browser, callback } = await loggingIn(rig, path)
  await refuses(rig, browser, callback, [status, code], { sent: 1, logins: 'cleared', about })
  await refuses(rig, browser, callback, [400, 'transaction_unknown'], { about })
}

/** The same with a fault that the provider has by itself. */
export async function failsBy(rig: Rig, path: string, scenario: string, refusal: Refusal) {
  rig.provider.control.setScenario(path === EX ? 'oauth.example' : 'webflow', scenario)
  await fails(rig, path, refusal, scenario)
  rig.provider.control.clearScenarios()
}

export type Edit = (json: Record<string, unknown>) => unknown

/** The same with an answer that is edited on the way. */
export async function failsEdited(rig: Rig, edit: Edit, about: string, type?: string) {
  rig.wire.editToken(edit, type)
  await fails(rig, EX, INVALID, about)
  rig.wire.release()
}

/** A login that ends well although the answer is edited on the way. */
export async function succeeds(rig: Rig, edit: Edit, type?: string) {
  rig.wire.editToken(edit, type)
  const browser = rig.browser()
  await rig.connect(browser, EX)
  rig.wire.release()
  expect((await use(browser, 'ex-memory')).status).toBe(200)
  return browser
}

export const without =
  (name: string) =>
  ({ [name]: _left, ...rest }: Record<string, unknown>) =>
    rest
export const member = (name: string, value: unknown) => (json: Record<string, unknown>) => ({ ...json, [name]: value })

/** So many bytes, one at a time. */
export function drip(count: number, pauseMs: number): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      if (sent++ < count) controller.enqueue(new Uint8Array([32]))
      else controller.close()
    },
  })
}
