import { OAuthError } from 'hono-oauth'
import { type BackChannel, isHmacHex, type Provider, readToken } from 'hono-oauth/provider-kit'

const API = 'https://api.beacon.example'

export function beacon({ appId, appSecret }: { readonly appId: string; readonly appSecret: string }): Provider {
  async function requestKey(site: string, backChannel: BackChannel) {
    const response = await backChannel.request(new URL(`${API}/keys`), {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ app: appId, secret: appSecret, site }),
    })
    if (response.status === 410) throw new OAuthError('needs_reauth')
    if (!response.ok) throw new OAuthError('provider_unavailable')
    const { key, minutes, name } = (await response.json()) as Record<string, unknown>
    const accessToken = readToken(key)
    if (!accessToken) throw new OAuthError('provider_response_invalid')
    return { tokens: { accessToken, expiresInSeconds: Number(minutes) * 60 }, name: String(name) }
  }

  return {
    server: `${API} ${appId}`,
    scopes: [],
    pkce: false,
    restartsWithoutState: false,
    apiOrigins: () => [API],

    async authorizationUrl({ state, redirectUri }) {
      const parameters = new URLSearchParams({ app: appId, back: redirectUri, state })
      return new URL(`https://beacon.example/install?${parameters}`)
    },

    async authorize({ parameters, state }, backChannel) {
      const site = parameters.get('site') ?? ''
      const isSigned = await isHmacHex(appSecret, `${site}.${state}`, parameters.get('signature'))
      if (!isSigned) throw new OAuthError('authorization_response_invalid')
      const { tokens, name } = await requestKey(site, backChannel)
      return { tokens, grant: { id: site, scopes: [], account: { id: site, name }, revocable: false } }
    },

    async renew({ account }, backChannel) {
      return (await requestKey(account.id, backChannel)).tokens
    },

    async revoke() {
      return 'deleted_only'
    },

    tokenHeaders: ({ accessToken }) => ({ authorization: `Key ${accessToken.reveal()}` }),
    apiError: (status) => (status === 401 ? new OAuthError('needs_reauth') : undefined),
  }
}
