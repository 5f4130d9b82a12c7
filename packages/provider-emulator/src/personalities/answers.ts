import type { Answer, Issued, Json } from './contexts.ts'
import type { TokenErrors } from './personality.ts'

export const answer = (status: number, body: unknown, headers?: Answer['headers']): Answer =>
  headers === undefined ? { status, body } : { status, body, headers }

/** An error response of RFC 6749, 5.2. */
export const oauthError = (status: number, error: string, error_description?: string): Answer =>
  answer(status, error_description === undefined ? { error } : { error, error_description })

/** The refusals of the plain server. */
export const PLAIN_ERRORS: TokenErrors = {
  request: oauthError(400, 'invalid_request'),
  client: oauthError(401, 'invalid_client'),
  grantType: oauthError(400, 'unsupported_grant_type'),
  code: oauthError(400, 'invalid_grant'),
  redirect: oauthError(400, 'invalid_grant'),
  verifier: oauthError(400, 'invalid_grant'),
  refresh: oauthError(400, 'invalid_grant'),
}

/** Errors with descriptions, for a provider that uses the codes of RFC 6749. */
export const describedErrors = (texts: Partial<Record<keyof TokenErrors, string>>): Partial<TokenErrors> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const { status, body } = PLAIN_ERRORS[name as keyof TokenErrors]
      return [name, answer(status, { ...(body as Json), error_description: text })]
    }),
  )

/** The members of RFC 6749, 5.1. Undefined members are left out of JSON. */
export const standardAnswer = ({ accessToken, expiresIn, refreshToken, granted, idToken }: Issued): Json => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
  refresh_token: refreshToken,
  scope: granted.scopes.length === 0 ? undefined : granted.scopes.join(' '),
  id_token: idToken,
})

export function respondWith({ status, body, headers = {} }: Answer): Response {
  const common = { 'Cache-Control': 'no-store', ...headers }
  if (body === null) return new Response(null, { status, headers: common })
  if (typeof body === 'string') {
    return new Response(body, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...common } })
  }
  return Response.json(body, { status, headers: common })
}

/** The same members as a form. */
export function respondAsForm({ status, body }: Answer): Response {
  const form = new URLSearchParams(textsOf(body as Json))
  return new Response(form.toString(), {
    status,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8', 'Cache-Control': 'no-store' },
  })
}

/** The defined members as texts. */
export const textsOf = (members: Json): [string, string][] =>
  Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
