// The least that a request costs: a Hono route that answers JSON of the same size as the others.
import { Hono } from 'hono'

const app = new Hono()
app.get('/me', (c) => c.json({ id: 'user-1001', token: 'a'.repeat(64) }))

export default app
