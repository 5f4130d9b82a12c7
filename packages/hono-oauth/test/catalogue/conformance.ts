import { expect } from 'vitest'
import type { Rig } from '../rig/rig.ts'
import { INVALID } from './callback-answers.ts'
import { expectMisconfigured, goesOnToApi, OIDC, stopsAtRenewal, stopsAtTokens } from './openid.ts'
import { EX, loggingIn, refuses, use } from './steps.ts'
import { type Edit, without } from './token-answers.ts'

/** A client test of the OpenID Foundation's conformance suite, by its name there. */
export type Module =
  | {
      readonly name: string
      readonly run: (rig: Rig) => Promise<void>
      /** The statuses of 500 and more that are the right answer here. */
      readonly serverErrors?: readonly number[]
    }
  | { readonly name: string; readonly notApplicable: string }

const FAPI = 'fapi2-security-profile-final-client-test-'
const RP = 'oidcc-client-test-'
// Plain OAuth 2.0, and OpenID Connect.
const LOGINS = [EX, OIDC]

/** Stops at an authorization response: no other endpoint is called, nothing is kept. */
async function stops(rig: Rig, code: string, edit?: (callback: URL) => void): Promise<void> {
  for (const path of LOGINS) {
    const { browser, callback } = await loggingIn(rig, path)
    edit?.(callback)
    const requests = rig.wire.sent.length
    await refuses(rig, browser, callback, [400, code])
    expect(rig.wire.sent).toHaveLength(requests)
  }
}

/** Goes on with an answer of the token endpoint: the API is called with the token. */
async function goesOn(rig: Rig, edit: Edit): Promise<void> {
  for (const name of [...rig.rotating, 'ex-oidc']) {
    rig.wire.editToken(edit)
    const browser = await rig.connected(name)
    rig.wire.clear()
    expect((await use(browser, name)).status).toBe(200)
    expect(rig.requests('/api/me')).toHaveLength(1)
    expect(rig.tokenRequests()).toBe(0)
  }
}

const inverted = (text: unknown) =>
  String(text).replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )

/** A module whose only fault is a scenario of the provider's, with what must come of it. */
function withScenario(
  name: string,
  scenarios: string | readonly string[],
  run: (rig: Rig) => Promise<void>,
  serverErrors: readonly number[] = [],
): Module {
  return {
    name,
    serverErrors,
    async run(rig) {
      for (const each of [scenarios].flat()) rig.provider.control.setScenario('oauth.example', each)
      await run(rig)
    },
  }
}

const refused = (name: string, fault: string) =>
  withScenario(name, `id-token-${fault}`, (rig) => stopsAtTokens(rig), [502])

const misconfigured = (rig: Rig) => expectMisconfigured(rig, 'oidc issuer')

const APPLIED: readonly Module[] = [
  {
    name: `${FAPI}ensure-authorization-response-with-invalid-state-fails`,
    run: (rig) =>
      stops(rig, 'transaction_unknown', (callback) => {
        const state = callback.searchParams.get('state') ?? ''
        callback.searchParams.set('state', `${state}1`)
      }),
  },
  withScenario(`${FAPI}ensure-authorization-response-with-invalid-missing-state-fails`, 'callback-drops-state', (rig) =>
    stops(rig, 'state_missing'),
  ),
  withScenario(`${FAPI}invalid-authorization-response-iss`, 'callback-with-foreign-iss', (rig) => stops(rig, INVALID)),
  withScenario(`${FAPI}remove-authorization-response-iss`, 'callback-without-iss', (rig) => stops(rig, INVALID)),
  {
    name: `${FAPI}token-type-case-insensitivity`,
    run: (rig) => goesOn(rig, (json) => ({ ...json, token_type: inverted(json['token_type']) })),
  },
  { name: `${FAPI}token-endpoint-response-without-expires_in`, run: (rig) => goesOn(rig, without('expires_in')) },
  refused(`${RP}invalid-iss`, 'wrong-iss'),
  refused(`${RP}invalid-aud`, 'wrong-aud'),
  refused(`${RP}missing-aud`, 'without-aud'),
  refused(`${RP}missing-iat`, 'without-iat'),
  refused(`${RP}missing-sub`, 'without-sub'),
  refused(`${RP}nonce-invalid`, 'wrong-nonce'),
  refused(`${RP}invalid-sig-rs256`, 'wrong-signature'),
  refused(`${RP}invalid-sig-hs256`, 'hs256'),
  refused(`${RP}invalid-sig-es256`, 'es256'),
  refused(`${RP}idtoken-sig-none`, 'alg-none'),
  withScenario(`${RP}kid-absent-single-jwks`, 'id-token-without-kid', goesOnToApi),
  // Every key that fits is tried.
  withScenario(`${RP}kid-absent-multiple-jwks`, ['id-token-without-kid', 'jwks-several-keys'], goesOnToApi),
  withScenario(`${RP}userinfo-invalid-sub`, 'userinfo-foreign-sub', (rig) => stopsAtTokens(rig, 1), [502]),
  withScenario(`${RP}discovery-issuer-mismatch`, 'metadata-foreign-issuer', misconfigured, [500]),
  {
    name: `${RP}signing-key-rotation`,
    async run(rig) {
      await goesOnToApi(rig)
      rig.provider.control.setScenario('oauth.example', 'jwks-rotated')
      await goesOnToApi(rig)
      await goesOnToApi(rig)
      expect(rig.requests('/jwks')).toHaveLength(2)
    },
  },
  withScenario(`${RP}signing-key-rotation-just-before-signing`, 'jwks-rotated', async (rig) => {
    await goesOnToApi(rig)
    expect(rig.requests('/jwks')).toHaveLength(2)
  }),
  { name: `${RP}refresh-token-invalid-issuer`, run: (rig) => stopsAtRenewal(rig, 'id-token-wrong-iss') },
  { name: `${RP}refresh-token-invalid-sub`, run: (rig) => stopsAtRenewal(rig, 'id-token-wrong-sub') },
  refused(`${FAPI}invalid-expired-exp`, 'expired'),
  refused(`${FAPI}missing-exp`, 'without-exp'),
  refused(`${FAPI}missing-iss`, 'without-iss'),
  refused(`${FAPI}missing-nonce`, 'without-nonce'),
  refused(`${FAPI}invalid-null-alg`, 'alg-null'),
  refused(`${FAPI}invalid-alternate-alg`, 'ps256'),
  refused(`${FAPI}invalid-secondary-aud`, 'secondary-aud'),
  withScenario(`${FAPI}valid-aud-as-array`, 'id-token-aud-as-array', goesOnToApi),
]

const LOGOUT = 'there are no logout tokens'
const LEFT_OUT = ['alg-none', 'wrong-alg', 'wrong-aud', 'wrong-issuer', 'no-event', 'wrong-event', 'with-nonce'].map(
  (name) => ({ name: `${RP}back-channel-logout-${name}`, notApplicable: LOGOUT }),
)

/** Those of the suite that are about a client such as ours, or would be if there were logout tokens. */
export const MODULES: readonly Module[] = [...APPLIED, ...LEFT_OUT]
