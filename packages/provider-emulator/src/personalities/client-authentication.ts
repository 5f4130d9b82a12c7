import { readBasicCredentials } from '../basic-credentials.ts'
import type { Texts } from './contexts.ts'
import type { Model } from './model.ts'
import type { ClientMethod } from './personality.ts'

const BEARER = /^bearer +(\S+)$/i

/** Whether a request proves that it is from the client, with one of these methods. */
export async function isAuthentic(
  { client, personality, services }: Model,
  methods: readonly ClientMethod[],
  headers: Headers,
  sent: Texts,
): Promise<boolean> {
  const header = headers.get('Authorization')
  const { client_id: id, client_secret: secret } = sent
  if (methods.includes('secret')) {
    // As a Basic user, the secret has no password.
    const basic = header === null ? undefined : readBasicCredentials(header, 'form')?.id
    return (secret ?? BEARER.exec(header ?? '')?.[1] ?? basic) === client.secret
  }
  if (header !== null) {
    const basic = readBasicCredentials(header, 'form')
    const isClient = basic?.id === client.id && basic.secret === client.secret
    return methods.includes('basic') && isClient && (id ?? client.id) === client.id
  }
  if (!methods.includes('post') || id !== client.id || secret === undefined) return false
  const { checkSecret } = personality.token
  if (checkSecret === undefined) return secret === client.secret
  return checkSecret({ secret, clientId: client.id, publicKey: client.publicKey, now: services.clock.now() })
}
