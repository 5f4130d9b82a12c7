import { env } from 'cloudflare:workers'
import { getMigrations } from 'better-auth/db/migration'
import { appWith, createAuth } from './better-auth-app.ts'

const auth = createAuth(env, env.DB)
const app = appWith(auth)

app.get('/me', async (c) => {
  const { headers } = c.req.raw
  const [account] = await auth.api.listUserAccounts({ headers })
  if (!account) return c.text('Log in first.', 401)
  const { accessToken } = await auth.api.getAccessToken({
    body: { accountId: account.id },
    headers,
  })
  return c.json({ id: account.accountId, token: accessToken })
})

// Makes the tables, before anything is measured.
app.post('/migrate', async (c) => {
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()
  return c.body(null, 204)
})

export default app
