import * as oauth from 'oauth4webapi'
import type { Person } from './person.ts'
import { CLIENT_ID, CLIENT_SECRET, openServer, REDIRECT_URI, type ServerOptions } from './server.ts'

const CLIENT: oauth.Client = { client_id: CLIENT_ID }

/** The server, and oauth4webapi as its client, which sends a request again when the server asks for a DPoP nonce. */
export async function openReference(
  options: ServerOptions = {},
  authentication: oauth.ClientAuth = oauth.ClientSecretBasic(CLIENT_SECRET),
) {
  const server = await openServer(options)
  const statuses: string[] = []
  /** As `fetch`, with a note of each status. */
  const send = async (url: string, init: object) => {
    const answer = await server.fetch(new Request(url, init))
    statuses.push(`${new URL(url).pathname} ${answer.status}`)
    return answer
  }
  const issuer = new URL(server.issuer)
  const discovered = await oauth.discoveryRequest(issuer, { [oauth.customFetch]: send })
  const metadata = await oauth.processDiscoveryResponse(issuer, discovered)
  statuses.splice(0)
  const verifier = oauth.generateRandomCodeVerifier()
  const settings = (DPoP?: oauth.DPoPHandle) => ({ [oauth.customFetch]: send, ...(DPoP && { DPoP }) })

  return {
    server,
    metadata,
    statuses,
    /** The parameters of an authorization request. */
    async parameters(more: Record<string, string> = {}) {
      return new URLSearchParams({
        client_id: CLIENT_ID,
        redirect_uri: REDIRECT_URI,
        response_type: 'code',
        scope: 'openid offline_access items:read',
        prompt: 'consent',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...more,
      })
    },
    async push(parameters: URLSearchParams, handle?: oauth.DPoPHandle): Promise<string> {
      const push = () =>
        oauth.pushedAuthorizationRequest(metadata, CLIENT, authentication, parameters, settings(handle))
      const process = async () => oauth.processPushedAuthorizationResponse(metadata, CLIENT, await push())
      return (await withNonce(process)).request_uri
    },
    async visit(parameters: URLSearchParams, person?: Person): Promise<URLSearchParams> {
      const page = new URL(String(metadata.authorization_endpoint))
      page.search = String(parameters)
      return oauth.validateAuthResponse(metadata, CLIENT, await server.visit(page.href, person), oauth.expectNoState)
    },
    async exchange(callback: URLSearchParams, handle?: oauth.DPoPHandle, more: Record<string, string> = {}) {
      return withNonce(async () => {
        const options = { ...settings(handle), additionalParameters: more }
        const answer = await oauth.authorizationCodeGrantRequest(
          ...([metadata, CLIENT, authentication, callback, REDIRECT_URI, verifier, options] as const),
        )
        return oauth.processAuthorizationCodeResponse(metadata, CLIENT, answer)
      })
    },
    async refresh({ refresh_token = '' }: oauth.TokenEndpointResponse, handle?: oauth.DPoPHandle) {
      return withNonce(async () => {
        const answer = oauth.refreshTokenGrantRequest(metadata, CLIENT, authentication, refresh_token, settings(handle))
        return oauth.processRefreshTokenResponse(metadata, CLIENT, await answer)
      })
    },
    async userInfo({ access_token }: oauth.TokenEndpointResponse, handle?: oauth.DPoPHandle) {
      return withNonce(async () => {
        const answer = await oauth.userInfoRequest(metadata, CLIENT, access_token, settings(handle))
        return oauth.processUserInfoResponse(metadata, CLIENT, 'ada', answer)
      })
    },
  }
}

export type Reference = Awaited<ReturnType<typeof openReference>>

/** Does a request again after an answer that asks for a nonce, and after no other. */
async function withNonce<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (oauth.isDPoPNonceError(error)) return request()
    throw error
  }
}

/** A new DPoP key, with the nonces that a client remembers for it. */
export const newHandle = async (keys?: oauth.CryptoKeyPair) =>
  oauth.DPoP(CLIENT, keys ?? (await oauth.generateKeyPair('ES256')))
