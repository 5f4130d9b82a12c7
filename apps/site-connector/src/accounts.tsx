import { type Context, Hono } from 'hono'
import { csrf } from 'hono/csrf'
import type { Connection } from 'hono-oauth'
import { forgetActivity, listActivity } from './activity.ts'
import { viewConnections } from './connection-state.ts'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'
import { ENDS, EndForm } from './page/card.tsx'
import { dashboard } from './page/dashboard.tsx'
import { whatHappened } from './page/happening.ts'
import { messagePage } from './page/layout.tsx'
import { timesFor } from './page/times.ts'
import { offeredBy, platformTitle } from './platforms.ts'

/** The page of the connected accounts, and what its forms do. */
export const accounts = new Hono<{ Bindings: Env }>()

accounts.get('/', async (c) => {
  const connections = await oauth.list(c)
  const [views, activity, notice] = await Promise.all([
    viewConnections(c, connections),
    listActivity(c, connections),
    oauth.notice(c),
  ])
  const platforms = offeredBy(c.env)
  const returnTo = c.req.query('return_to') ?? '/'
  const happening = whatHappened({ notice, done: c.req.query('done'), views, returnTo })
  return c.html(dashboard({ platforms, views, activity, happening, returnTo, time: timesFor(c) }))
})

/** Asks before a disconnect where the browser has no popovers. */
accounts.get('/disconnect/:id', async (c) => {
  const connection = (await oauth.list(c)).find(({ id }) => id === c.req.param('id'))
  if (!connection) return c.redirect('/', 303)
  const name = nameOf(connection)
  const links = (
    <>
      <EndForm id={connection.id} name={name} />
      <a href="/">Keep it</a>
    </>
  )
  return c.html(messagePage(`Disconnect ${name}?`, [ENDS], links))
})

function nameOf({ provider, account }: Connection): string {
  return `${platformTitle(provider)}, ${account.name ?? 'an account'}`
}

accounts.get('/disconnect', async (c) => {
  const names = (await oauth.list(c)).map(nameOf)
  if (names.length === 0) return c.redirect('/?done=none', 303)
  const links = (
    <>
      <form method="post" action="/disconnect">
        <button type="submit" class="danger">
          Yes, disconnect all
        </button>
      </form>
      <a href="/">Keep them</a>
    </>
  )
  return c.html(messagePage('Disconnect all accounts?', [...names, ENDS], links))
})

accounts.post('/disconnect', ownPages, async (c) => {
  const connections = await oauth.list(c)
  await Promise.all(connections.map((connection) => connection.revoke()))
  return c.redirect('/?done=disconnected-all', 303)
})

accounts.post('/sign-out', ownPages, async (c) => {
  await oauth.signOut(c)
  forgetActivity(c)
  return c.redirect('/?done=signed-out', 303)
})

/** Lets only the forms of this app through. */
function ownPages(c: Context<{ Bindings: Env }>, next: () => Promise<void>) {
  return csrf({ origin: c.env.PUBLIC_ORIGIN })(c, next)
}
