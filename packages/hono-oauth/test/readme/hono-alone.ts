// What a Worker weighs before this package is in it: the other side of the comparison in `pnpm size`.
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (c) => c.text('hello'))
export default app
