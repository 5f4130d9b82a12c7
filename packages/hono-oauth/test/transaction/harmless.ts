import { Hono } from 'hono'

const app = new Hono().all('*', (c) => c.text(c.req.path))
const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

/** The value as it may arrive: raw, encoded once and twice, as a whole and behind its first slash. */
export function variantsOf(value: string): string[] {
  const once = encode(value)
  const behind = value.replace(/^\//, '')
  return [value, once, encode(once), `/${encode(behind)}`, `/${encode(encode(behind))}`]
}

/** What is wrong with a text as a `Location` of this app; `undefined` for a page of the app. */
export async function harmOf(
  location: string,
  { origin, authPath }: { origin: string; authPath: string },
): Promise<string | undefined> {
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(location) || location.includes('\\')) return 'no plain path'
  const url = new URL(location, origin)
  if (url.origin !== origin) return 'another origin'
  // A browser resolves it against a page below the root as well.
  if (new URL(location, `${origin}${authPath}/p/callback?code=x`).origin !== origin) {
    return 'another origin from the callback'
  }
  if (new Headers({ location }).get('location') !== location) return 'another header'
  const routed = await (await app.request(url.href)).text()
  const parent = `${authPath.toLowerCase()}/`
  const paths = [routed, url.pathname, decoded(location.replace(/[?#].*/, ''))]
  const isAuth = paths.some((path) => `${path.toLowerCase()}/`.startsWith(parent))
  return isAuth ? 'an auth route' : undefined
}

/** Decoded as routers do: a run of escapes that is no UTF-8 stays as it is. */
function decoded(path: string): string {
  return path.replace(/(%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
}
