import { expect } from 'vitest'
import { expectRefusal, observe, SCRIPT } from './oracles.ts'
import type { CatalogueRig } from './rig.ts'

/** A client test of the OpenID Foundation's conformance suite, by its name there. */
export type Module =
  | { readonly name: string; readonly run: (rig: CatalogueRig) => Promise<void> }
  | { readonly name: string; readonly notApplicable: string }

const FAPI = 'fapi2-security-profile-final-client-test-'
const LOGIN = '/auth/ex-memory/login'

/** Stops at an authorization response: no other endpoint is called, nothing is kept. */
async function stops(
  rig: CatalogueRig,
  code: string,
  edit: (callback: URL) => void,
): Promise<void> {
  const browser = rig.browser()
  const callback = await rig.login(browser, LOGIN)
  edit(callback)
  const seen = await observe(rig, browser)
  const requests = rig.wire.sent.length
  await expectRefusal(await browser.navigate(callback.href), 400, code)
  seen.T(0)
  await seen.NS()
  expect(rig.wire.sent).toHaveLength(requests)
}

/** Goes on with an answer of the token endpoint: the API is called with the token. */
async function goesOn(
  rig: CatalogueRig,
  edit: (json: Record<string, unknown>) => unknown,
): Promise<void> {
  for (const name of rig.rotating) {
    rig.wire.editToken(edit)
    const browser = await rig.connected(name)
    rig.wire.clear()
    expect((await browser.request(`/s/use/${name}`, { headers: SCRIPT })).status).toBe(200)
    expect(rig.requests('/api/me')).toHaveLength(1)
    expect(rig.tokenRequests()).toBe(0)
  }
}

const inverted = (text: unknown) =>
  String(text).replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )

const APPLIED: readonly Module[] = [
  {
    name: `${FAPI}ensure-authorization-response-with-invalid-state-fails`,
    run: (rig) =>
      stops(rig, 'transaction_unknown', (callback) => {
        const state = callback.searchParams.get('state') ?? ''
        callback.searchParams.set('state', `${state}1`)
      }),
  },
  {
    name: `${FAPI}ensure-authorization-response-with-invalid-missing-state-fails`,
    async run(rig) {
      rig.provider.control.setScenario('example-callback-drops-state')
      await stops(rig, 'state_missing', () => undefined)
    },
  },
  {
    name: `${FAPI}invalid-authorization-response-iss`,
    async run(rig) {
      rig.provider.control.setScenario('example-iss-foreign')
      await stops(rig, 'authorization_response_invalid', () => undefined)
    },
  },
  {
    name: `${FAPI}remove-authorization-response-iss`,
    async run(rig) {
      rig.provider.control.setScenario('example-iss-missing')
      await stops(rig, 'authorization_response_invalid', () => undefined)
    },
  },
  {
    name: `${FAPI}token-type-case-insensitivity`,
    run: (rig) => goesOn(rig, (json) => ({ ...json, token_type: inverted(json['token_type']) })),
  },
  {
    name: `${FAPI}token-endpoint-response-without-expires_in`,
    run: (rig) => goesOn(rig, ({ expires_in: _left, ...json }) => json),
  },
]

const ID_TOKEN = 'there is no ID token'
const KEYS = 'no key set is ever fetched'
const LOGOUT = 'there are no logout tokens'
const LEFT_OUT: readonly (readonly [prefix: string, reason: string, names: readonly string[]])[] = [
  [
    'oidcc-client-test-',
    ID_TOKEN,
    [
      'invalid-iss',
      'invalid-aud',
      'missing-aud',
      'missing-iat',
      'missing-sub',
      'nonce-invalid',
      'invalid-sig-rs256',
      'invalid-sig-hs256',
      'invalid-sig-es256',
      'idtoken-sig-none',
      'refresh-token-invalid-issuer',
      'refresh-token-invalid-sub',
    ],
  ],
  [
    'oidcc-client-test-',
    KEYS,
    [
      'kid-absent-single-jwks',
      'kid-absent-multiple-jwks',
      'signing-key-rotation',
      'signing-key-rotation-just-before-signing',
    ],
  ],
  ['oidcc-client-test-', 'user info is compared with no ID token', ['userinfo-invalid-sub']],
  ['oidcc-client-test-', 'no metadata is ever fetched', ['discovery-issuer-mismatch']],
  [
    FAPI,
    ID_TOKEN,
    [
      'invalid-expired-exp',
      'missing-exp',
      'missing-iss',
      'missing-nonce',
      'invalid-null-alg',
      'invalid-alternate-alg',
      'invalid-secondary-aud',
      'valid-aud-as-array',
    ],
  ],
  [
    'oidcc-client-test-back-channel-logout-',
    LOGOUT,
    ['alg-none', 'wrong-alg', 'wrong-aud', 'wrong-issuer', 'no-event', 'wrong-event', 'with-nonce'],
  ],
]

/** Those of the suite that are about a client such as ours, or would be with OpenID Connect. */
export const MODULES: readonly Module[] = [
  ...APPLIED,
  ...LEFT_OUT.flatMap(([prefix, notApplicable, names]) =>
    names.map((name) => ({ name: prefix + name, notApplicable })),
  ),
]
