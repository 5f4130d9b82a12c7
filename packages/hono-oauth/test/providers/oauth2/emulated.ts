import type { EmulatorOptions } from 'provider-emulator'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { CLIENT, ISSUER, overEmulator } from '../oidc/emulated.ts'

/** The provider, with oauth.example behind its back channel. */
export function emulated(options: Partial<OAuth2Options>, oauthExample: EmulatorOptions['oauthExample']) {
  const provider = oauth2({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['profile', 'items:read'],
    authorizationEndpoint: `${ISSUER}/authorize`,
    tokenEndpoint: `${ISSUER}/token`,
    revocationEndpoint: `${ISSUER}/revoke`,
    issuer: ISSUER,
    issParameter: true,
    apiOrigins: [ISSUER],
    userinfoEndpoint: `${ISSUER}/api/me`,
    account: { id: 'userinfo.sub', name: 'userinfo.name' },
    ...options,
  })
  return overEmulator(provider, oauthExample)
}
