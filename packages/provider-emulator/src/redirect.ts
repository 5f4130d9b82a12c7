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
