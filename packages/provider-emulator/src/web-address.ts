const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An http(s) address as a URL. */
export function webAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) ? url : undefined
}

/** Plain http away from this machine, which anybody on the way can read. */
export const isInsecure = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !LOOPBACK.has(hostname)

/** Refuses a registered address that could not work; `setting` is the option that holds it. */
export function checkRegisteredAddress(
  setting: string,
  address: string,
  insecure: 'loopback' | 'anywhere',
): void {
  const url = webAddress(address)
  if (url === undefined || address.includes('#')) {
    throw new Error(`"${setting}": "${address}" is not an http(s) address without a fragment.`)
  }
  if (insecure === 'loopback' && isInsecure(url)) {
    throw new Error(`"${setting}": "${address}" must use https; http is for localhost only.`)
  }
}
