import { type D1DatabaseLike, d1Store } from '../../src/stores/d1.ts'

/** Runs one operation on the store in workerd: its name and its arguments are the body. */
export default {
  async fetch(request: Request, env: { readonly DB: D1DatabaseLike }): Promise<Response> {
    const [operation, ...args] = (await request.json()) as ['get' | 'compareAndSwap', ...never[]]
    const run = d1Store(env.DB)[operation] as (...args: never[]) => Promise<unknown>
    return Response.json(await run(...args))
  },
}
