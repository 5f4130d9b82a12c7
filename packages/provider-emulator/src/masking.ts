const MASK = '[masked]'

// Compared without case, underscores and hyphens: `clientSecret` is as secret as `client_secret`.
const SECRET_NAMES = new Set([
  'accesstoken',
  'clientsecret',
  'code',
  'codeverifier',
  'idtoken',
  'instance',
  'refreshtoken',
  'signedinstance',
  'state',
  'token',
])

const isSecret = (name: string): boolean =>
  SECRET_NAMES.has(name.replace(/[_-]/g, '').toLowerCase())

const isSecretParameter = (name: string): boolean => {
  try {
    return isSecret(decodeURIComponent(name))
  } catch {
    return false
  }
}

/** An address inside a parameter may carry secrets in its own query. */
const maskAddress = (text: string): string =>
  text.replace(/([?&])([^=&#]*)=([^&#]*)/g, (whole, start: string, name: string) =>
    isSecretParameter(name) ? `${start}${name}=${MASK}` : whole,
  )

/** A copy of a query or body in which the value of every secret member is hidden. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value === 'string') return URL.canParse(value) ? maskAddress(value) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) ? MASK : maskSecrets(member),
    ]),
  )
}
