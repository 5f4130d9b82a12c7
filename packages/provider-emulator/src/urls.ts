export type Parameters = readonly [name: string, value: string][]

/** An address with more parameters. What it had stays byte for byte. */
export function withParameters(address: string, parameters: Parameters): string {
  // URLSearchParams would write the address's own query anew.
  const query = new URLSearchParams([...parameters]).toString()
  if (query === '') return address
  const [base = '', ...fragment] = address.split('#')
  const location = `${base}${base.includes('?') ? '&' : '?'}${query}`
  return [location, ...fragment].join('#')
}

export const redirectTo = (location: string): Response =>
  new Response(null, {
    status: 302,
    headers: {
      Location: location,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    },
  })

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An http(s) address as a URL. */
export function parseWebUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) ? url : undefined
}

/** Plain http away from this machine, which anybody on the way can read. */
export const isInsecureUrl = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !LOOPBACK.has(hostname)

/** Refuses a registered address that could not work; `setting` is the option that holds it. */
export function checkRegisteredUrl(
  setting: string,
  address: string,
  insecure: 'loopback' | 'anywhere',
): void {
  const url = parseWebUrl(address)
  if (url === undefined || address.includes('#')) {
    throw new Error(`"${setting}": "${address}" is not an http(s) address without a fragment.`)
  }
  if (insecure === 'loopback' && isInsecureUrl(url)) {
    throw new Error(`"${setting}": "${address}" must use https; http is for localhost only.`)
  }
}
