import { Hono } from 'hono'
import { oauth } from './start'

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)

// Every connected account of this owner, at all providers.
app.get('/accounts', async (c) => {
  const connections = await oauth.list(c)
  return c.json(
    connections.map(({ id, provider, account, health }) => ({
      id,
      provider,
      name: account.name,
      health,
    })),
  )
})

// One of them, chosen by its id. Only the connections of this owner are looked at.
app.get(
  '/accounts/:id/repos',
  oauth.require('github', { connection: (c) => c.req.param('id') }),
  async (c) => {
    const answer = await c.var.connection.fetch('/user/repos')
    return c.json(await answer.json())
  },
)

export default app
