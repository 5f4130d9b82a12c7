import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { APP_ID, base64Url, external, INSTANCE_ID, NOW } from './support.ts'

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
export const ours = keyPair()
export const foreign = keyPair()
export const pem = ({ publicKey }: { publicKey: KeyObject }) =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString()

export const HEADER = { alg: 'RS256', typ: 'JWT', kid: 'key-1' }

/** The envelope of an event. */
export const envelope = (changes: object = {}) => ({
  eventType: 'AppRemoved',
  instanceId: INSTANCE_ID,
  data: JSON.stringify({ appId: APP_ID }),
  identity: JSON.stringify({ identityType: 'WIX_USER', wixUserId: 'user' }),
  accountInfo: { accountId: 'account', siteId: 'site' },
  ...changes,
})

/** The claims; members that are `undefined` are left out. */
export const claims = (changes: object = {}, event: object = envelope()) => ({
  data: JSON.stringify(event),
  iat: NOW,
  exp: NOW + 300_000,
  ...changes,
})

/** Encoded header and payload. */
export const signedParts = (header: unknown, payload: unknown) =>
  [header, payload].map((part) => base64Url(typeof part === 'string' ? part : JSON.stringify(part))).join('.')

/** Signs a text, unchanged, with RS256. */
export const signRaw = (text: string, { privateKey } = ours) =>
  `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`

/** A webhook as Wix sends it. */
export const jwt = (payload: unknown = claims(), header: unknown = HEADER, key = ours) =>
  signRaw(signedParts(header, payload), key)

/** The webhook verifier of a provider. */
export function receiver(publicKey: string | readonly string[] = pem(ours)) {
  const { webhooks } = external({ publicKey })
  if (!webhooks) throw new Error('Wix has webhooks')
  return (body: string, now = NOW) => webhooks.verify({ headers: new Headers(), body, nowMs: now * 1000 })
}
