const MASK = '[masked]'

// Compared without case, underscores and hyphens: `clientSecret` is as secret as `client_secret`.
const SECRET_NAMES = new Set([
  'accesstoken',
  'clientsecret',
  'code',
  'codeverifier',
  'idtoken',
  'refreshtoken',
  'state',
  'token',
])

const isSecret = (name: string): boolean =>
  SECRET_NAMES.has(name.replace(/[_-]/g, '').toLowerCase())

/** A copy of a query or body in which the value of every secret member is hidden. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) ? MASK : maskSecrets(member),
    ]),
  )
}
