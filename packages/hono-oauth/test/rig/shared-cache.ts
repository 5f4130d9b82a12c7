/** The statuses that a cache may keep without being told to: RFC 9110, section 15.1. */
const HEURISTIC = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]
const FRESH = /(?:^|,)\s*(?:public|max-age|s-maxage)\b/
const TARGETED = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control']

/** Whether a shared cache may keep an answer: RFC 9111, section 3, and for a CDN RFC 9213, section 2.2. */
export function mayStore({ status, headers }: Response): boolean {
  const target = TARGETED.find((name) => headers.has(name)) ?? 'cache-control'
  const control = headers.get(target) ?? ''
  if (/(?:^|,)\s*(?:no-store|private)\b/.test(control) || headers.get('vary')?.includes('*')) return false
  return FRESH.test(control) || headers.has('expires') || HEURISTIC.includes(status)
}

/** Tells caches of every kind to keep what is for one person. */
export const EAGER = {
  'cache-control': 'public, max-age=600, s-maxage=600',
  expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
  etag: '"same for all"',
  'x-accel-expires': '600',
  ...Object.fromEntries(TARGETED.map((name) => [name, 'public, max-age=600'])),
}
