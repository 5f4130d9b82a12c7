// arctic for the protocol, iron-session for the cookie that holds the tokens.
import { CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from 'arctic'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { getIronSession, webCookies } from 'iron-session'
import { type Env, PROVIDER, SCOPES } from './env.ts'

interface Session {
  id: string
  accessToken: string
  refreshToken: string
  expiresAt: number
}

type C = Context<{ Bindings: Env }>

const SHORT_COOKIE = { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 600 } as const

const clientOf = (c: C) => new OAuth2Client(c.env.CLIENT_ID, c.env.CLIENT_SECRET, `${c.env.ORIGIN}/callback`)

const sessionOf = (c: C, headers: Headers) =>
  getIronSession<Session>(webCookies(c.req.raw, headers), {
    cookieName: 'session',
    password: c.env.SECRET,
    cookieOptions: { secure: false },
  })

const app = new Hono<{ Bindings: Env }>()

app.get('/login', (c) => {
  const state = generateState()
  const verifier = generateCodeVerifier()
  setCookie(c, 'state', state, SHORT_COOKIE)
  setCookie(c, 'verifier', verifier, SHORT_COOKIE)
  const url = clientOf(c).createAuthorizationURLWithPKCE(
    PROVIDER.authorization,
    state,
    CodeChallengeMethod.S256,
    verifier,
    SCOPES,
  )
  return c.redirect(url.href)
})

app.get('/callback', async (c) => {
  const { code, state } = c.req.query()
  const verifier = getCookie(c, 'verifier')
  if (!code || !verifier || !state || state !== getCookie(c, 'state')) {
    return c.text('This login is not known here.', 400)
  }
  deleteCookie(c, 'state')
  deleteCookie(c, 'verifier')
  const tokens = await clientOf(c).validateAuthorizationCode(PROVIDER.token, code, verifier)
  const answer = await fetch(PROVIDER.userinfo, {
    headers: { authorization: `Bearer ${tokens.accessToken()}` },
  })
  const { sub } = (await answer.json()) as { sub: string }
  const session = await sessionOf(c, c.res.headers)
  session.id = sub
  session.accessToken = tokens.accessToken()
  session.refreshToken = tokens.refreshToken()
  session.expiresAt = tokens.accessTokenExpiresAt().getTime()
  await session.save()
  return c.redirect('/')
})

app.get('/me', async (c) => {
  const session = await sessionOf(c, c.res.headers)
  if (!session.id || !session.refreshToken || session.expiresAt === undefined) {
    return c.text('Log in first.', 401)
  }
  if (session.expiresAt <= Date.now()) {
    try {
      const tokens = await clientOf(c).refreshAccessToken(PROVIDER.token, session.refreshToken, [])
      session.accessToken = tokens.accessToken()
      session.refreshToken = tokens.refreshToken()
      session.expiresAt = tokens.accessTokenExpiresAt().getTime()
      await session.save()
    } catch {
      return c.text('Log in again.', 401)
    }
  }
  return c.json({ id: session.id, token: session.accessToken })
})

export default app
