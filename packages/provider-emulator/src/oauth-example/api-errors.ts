type Texts = Readonly<Record<string, string>>

/** A challenge, whose parameters repeat what the body says (RFC 6750, 3). */
function challenge(status: number, body: Texts, parameters: Texts): Response {
  const texts = Object.entries({ realm: 'oauth.example', ...parameters }).map(
    ([name, value]) => `${name}="${value}"`,
  )
  const headers = { 'WWW-Authenticate': `Bearer ${texts.join(', ')}` }
  return Response.json(body, { status, headers })
}

/** Without a token there is no error to name. */
export const missingToken = () => challenge(401, { message: 'Send an access token' }, {})

export function invalidToken(): Response {
  const error_description = 'The access token is unknown, expired or revoked'
  const error = { error: 'invalid_token', error_description }
  return challenge(401, error, error)
}

export function insufficientScope(scope: string): Response {
  const error_description = `The access token lacks the scope ${scope}`
  const error = { error: 'insufficient_scope', error_description }
  return challenge(403, error, { ...error, scope })
}

export const tooManyRequests = (): Response =>
  Response.json({ error: 'too_many_requests' }, { status: 429, headers: { 'Retry-After': '1' } })

export const unavailable = (): Response =>
  new Response('Service Unavailable', { status: 503, headers: { 'Content-Type': 'text/plain' } })

export const serverError = (): Response => Response.json({ error: 'server_error' }, { status: 500 })
