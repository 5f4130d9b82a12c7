import { githubAuth } from '@hono/oauth-providers/github'
import { Hono } from 'hono'

const app = new Hono<{ Bindings: Env }>()

// One path is the start of the login and its callback.
app.use('/github', (c, next) =>
  githubAuth({
    client_id: c.env.GITHUB_CLIENT_ID,
    client_secret: c.env.GITHUB_CLIENT_SECRET,
    scope: ['read:user', 'repo'],
    oauthApp: true,
  })(c, next),
)

app.get('/github', async (c) => {
  const token = c.get('token')
  const answer = await fetch('https://api.github.com/user/repos', {
    headers: { authorization: `Bearer ${token?.token}`, 'user-agent': 'my-app' },
  })
  return c.json(await answer.json())
})

export default app
