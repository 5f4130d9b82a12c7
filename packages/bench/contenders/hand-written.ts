// What people write by hand: a signed cookie with an id, and a session in Workers KV under that id.
import type { KVNamespace } from '@cloudflare/workers-types'
import { type Context, Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { type Env as Common, PROVIDER, SCOPES } from './env.ts'

interface Env extends Common {
  readonly SESSIONS: KVNamespace
}

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: number
}

interface Session extends Tokens {
  readonly id: string
}

type C = Context<{ Bindings: Env }>

const COOKIE = { httpOnly: true, sameSite: 'Lax', path: '/' } as const
const SESSION_SECONDS = 7 * 24 * 60 * 60

const app = new Hono<{ Bindings: Env }>()

app.get('/login', async (c) => {
  const state = randomText()
  const verifier = randomText()
  await setSignedCookie(c, 'login', `${state}.${verifier}`, c.env.SECRET, COOKIE)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: c.env.CLIENT_ID,
    redirect_uri: `${c.env.ORIGIN}/callback`,
    scope: SCOPES.join(' '),
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
  })
  return c.redirect(`${PROVIDER.authorization}?${query}`)
})

app.get('/callback', async (c) => {
  const login = await getSignedCookie(c, c.env.SECRET, 'login')
  const [state, verifier] = login ? login.split('.') : []
  const code = c.req.query('code')
  if (!code || !state || !verifier || c.req.query('state') !== state) {
    return c.text('This login is not known here.', 400)
  }
  const tokens = await requestTokens(c, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${c.env.ORIGIN}/callback`,
    code_verifier: verifier,
  })
  if (!tokens) return c.text('The provider refused this login.', 400)
  const answer = await fetch(PROVIDER.userinfo, {
    headers: { authorization: `Bearer ${tokens.accessToken}` },
  })
  const { sub } = (await answer.json()) as { sub: string }
  const session = crypto.randomUUID()
  await writeSession(c, session, { id: sub, ...tokens })
  await setSignedCookie(c, 'session', session, c.env.SECRET, { ...COOKIE, maxAge: SESSION_SECONDS })
  return c.redirect('/')
})

app.get('/me', async (c) => {
  const cookie = await getSignedCookie(c, c.env.SECRET, 'session')
  const session = cookie ? await c.env.SESSIONS.get<Session>(cookie, 'json') : null
  if (!cookie || !session) return c.text('Log in first.', 401)
  if (session.expiresAt > Date.now()) return c.json({ id: session.id, token: session.accessToken })
  const tokens = await requestTokens(c, {
    grant_type: 'refresh_token',
    refresh_token: session.refreshToken,
  })
  if (!tokens) return c.text('Log in again.', 401)
  await writeSession(c, cookie, { ...session, ...tokens })
  return c.json({ id: session.id, token: tokens.accessToken })
})

async function requestTokens(c: C, body: Record<string, string>): Promise<Tokens | undefined> {
  const answer = await fetch(PROVIDER.token, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${c.env.CLIENT_ID}:${c.env.CLIENT_SECRET}`)}` },
    body: new URLSearchParams(body),
  })
  if (!answer.ok) return undefined
  const tokens = (await answer.json()) as {
    access_token: string
    refresh_token: string
    expires_in: number
  }
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresAt: Date.now() + tokens.expires_in * 1000,
  }
}

const writeSession = (c: C, name: string, session: Session) =>
  c.env.SESSIONS.put(name, JSON.stringify(session), { expirationTtl: SESSION_SECONDS })

const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

const challengeOf = async (verifier: string) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

export default app
