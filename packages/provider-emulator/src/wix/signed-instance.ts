import { fromBase64url, hmacSha256, toBase64url } from '../encoding.ts'
import { hs256 } from '../jws.ts'
import type { Clock } from '../time.ts'
import type { WixApp, WixConfig } from './config.ts'
import type { Instance } from './instances.ts'

/** Signs the encoded data of a signed instance, not its JSON. */
export const signDataPart = async (secret: string, dataPart: string): Promise<string> =>
  toBase64url(await hmacSha256(secret, dataPart))

/** Creates a signed instance: signature, dot, data, both base64url. It is not a JWT. */
export async function signInstance(secret: string, payload: object): Promise<string> {
  const dataPart = toBase64url(JSON.stringify(payload))
  return `${await signDataPart(secret, dataPart)}.${dataPart}`
}

export interface InstanceDetails {
  /** Milliseconds since the epoch. */
  readonly signedAt: number
  /** The id of an anonymous visitor of the site. */
  readonly aid?: string | undefined
}

/** The payload of a signed instance. */
export function instancePayload(
  { owner, instancePermissions, instanceSeconds }: WixConfig,
  { instanceId, app, site, originInstanceId }: Instance,
  { signedAt, aid }: InstanceDetails,
) {
  const visitor = aid === undefined ? undefined : { aid }
  return {
    instanceId,
    appDefId: app.appId,
    signDate: new Date(signedAt).toISOString(),
    ...(visitor ?? { uid: owner.id }),
    permissions: visitor === undefined ? instancePermissions : '',
    demoMode: false,
    siteOwnerId: owner.id,
    metaSiteId: site.siteId,
    ...(originInstanceId === null ? {} : { originInstanceId }),
    ...(instanceSeconds === null ? {} : { expirationDate: new Date(signedAt + instanceSeconds * 1000).toISOString() }),
  }
}

export type InstancePayload = ReturnType<typeof instancePayload>

/** Creates the `signedInstance` parameter of an external install, in the configured format. */
export const signedInstanceOf = (
  { signedInstanceFormat }: WixConfig,
  { secret }: WixApp,
  payload: InstancePayload,
): Promise<string> =>
  signedInstanceFormat === 'jwt' ? hs256(secret, { alg: 'HS256' }, payload) : signInstance(secret, payload)

function parsePayload(dataPart: string): Partial<InstancePayload> | undefined {
  try {
    return JSON.parse(fromBase64url(dataPart)) as Partial<InstancePayload>
  } catch {
    return undefined
  }
}

export interface VerifiedInstance {
  readonly app: WixApp
  readonly payload: Partial<InstancePayload>
  readonly signedAt: number
  readonly expiresAt: number
}

/** Verifies a signed instance. Returns undefined if no app signed it. */
export async function readSignedInstance(config: WixConfig, value: string): Promise<VerifiedInstance | undefined> {
  const parts = value.split('.')
  for (const app of config.apps) {
    const [signature, dataPart = ''] = parts.length === 2 ? parts : [parts[2], `${parts[0]}.${parts[1]}`]
    if (signature !== (await signDataPart(app.secret, dataPart))) continue
    const payload = parsePayload(parts[1] ?? '')
    const signedAt = Date.parse(payload?.signDate ?? '')
    if (payload === undefined || Number.isNaN(signedAt)) return undefined
    const lifetime = config.instanceSeconds ?? Number.POSITIVE_INFINITY
    return { app, payload, signedAt, expiresAt: signedAt + lifetime * 1000 }
  }
  return undefined
}

export const isUnexpired = ({ expiresAt }: VerifiedInstance, clock: Clock): boolean => clock.now() < expiresAt
