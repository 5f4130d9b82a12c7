import { GitHub, generateState } from 'arctic'
import { type Context, Hono } from 'hono'
import { getCookie, getSignedCookie, setCookie, setSignedCookie } from 'hono/cookie'

interface ArcticEnv extends Env {
  readonly COOKIE_SECRET: string
}

const COOKIE = {
  httpOnly: true,
  secure: true,
  sameSite: 'Lax',
  path: '/',
  maxAge: 600,
} as const

const clientOf = ({ env }: Context<{ Bindings: ArcticEnv }>) =>
  new GitHub(
    env.GITHUB_CLIENT_ID,
    env.GITHUB_CLIENT_SECRET,
    `${env.PUBLIC_ORIGIN}/callback`,
  )

const app = new Hono<{ Bindings: ArcticEnv }>()

app.get('/login', (c) => {
  const state = generateState()
  setCookie(c, 'state', state, COOKIE)
  return c.redirect(
    clientOf(c).createAuthorizationURL(state, ['read:user', 'repo']).href,
  )
})

app.get('/callback', async (c) => {
  const { code, state } = c.req.query()
  if (!code || !state || state !== getCookie(c, 'state'))
    return c.text('Start again.', 400)
  const tokens = await clientOf(c).validateAuthorizationCode(code)
  const session = crypto.randomUUID()
  await c.env.TOKENS.put(session, tokens.accessToken())
  await setSignedCookie(c, 'session', session, c.env.COOKIE_SECRET, {
    ...COOKIE,
    maxAge: 7 * 24 * 3600,
  })
  return c.redirect('/repos')
})

app.get('/repos', async (c) => {
  const session = await getSignedCookie(c, c.env.COOKIE_SECRET, 'session')
  const token = session ? await c.env.TOKENS.get(session) : null
  if (!token) return c.redirect('/login')
  const answer = await fetch('https://api.github.com/user/repos', {
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'my-app' },
  })
  return c.json(await answer.json())
})

export default app
