import { Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'

interface HandEnv extends Env {
  readonly COOKIE_SECRET: string
}
interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

const COOKIE = { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' } as const

const app = new Hono<{ Bindings: HandEnv }>()

app.get('/login', async (c) => {
  const state = crypto.randomUUID()
  await setSignedCookie(c, 'state', state, c.env.COOKIE_SECRET, COOKIE)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: c.env.TRACKER_CLIENT_ID,
    redirect_uri: `${c.env.PUBLIC_ORIGIN}/callback`,
    scope: 'items:read',
    state,
  })
  return c.redirect(`https://oauth.example/authorize?${query}`)
})

app.get('/callback', async (c) => {
  const { code, state } = c.req.query()
  if (
    !code ||
    !state ||
    state !== (await getSignedCookie(c, c.env.COOKIE_SECRET, 'state'))
  ) {
    return c.text('Start again.', 400)
  }
  const body = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${c.env.PUBLIC_ORIGIN}/callback`,
  }
  const session = crypto.randomUUID()
  await store(c.env, session, await requestTokens(c.env, body))
  await setSignedCookie(c, 'session', session, c.env.COOKIE_SECRET, COOKIE)
  return c.redirect('/items')
})

app.get('/items', async (c) => {
  const session = await getSignedCookie(c, c.env.COOKIE_SECRET, 'session')
  const stored = session
    ? await c.env.TOKENS.get<Tokens & { endsAt: number }>(session, 'json')
    : null
  if (!session || !stored) return c.redirect('/login')
  let { access_token: token } = stored
  if (stored.endsAt <= Date.now()) {
    const renewed = await requestTokens(c.env, {
      grant_type: 'refresh_token',
      refresh_token: stored.refresh_token,
    })
    await store(c.env, session, renewed)
    token = renewed.access_token
  }
  const answer = await fetch('https://oauth.example/api/items', {
    headers: { authorization: `Bearer ${token}` },
  })
  return c.json(await answer.json())
})

const store = (env: HandEnv, session: string, tokens: Tokens) =>
  env.TOKENS.put(
    session,
    JSON.stringify({ ...tokens, endsAt: Date.now() + tokens.expires_in * 1000 }),
  )

async function requestTokens(
  env: HandEnv,
  body: Record<string, string>,
): Promise<Tokens> {
  const answer = await fetch('https://oauth.example/token', {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${env.TRACKER_CLIENT_ID}:${env.TRACKER_CLIENT_SECRET}`)}`,
    },
    body: new URLSearchParams(body),
  })
  if (!answer.ok) throw new Error(`The token endpoint answered ${answer.status}.`)
  return answer.json() as Promise<Tokens>
}

export default app
