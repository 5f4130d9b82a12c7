import { readTextMembers } from '../request-body.ts'
import { serverError, validationError } from './errors.ts'
import type { WixModel } from './model.ts'
import { isUnexpired, readSignedInstance } from './signed-instance.ts'
import type { WixToken } from './tokens.ts'

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** The times of a token. A token that never expires has no `exp`. */
const times = (issuedAt: number, expiresAt: number) => ({
  ...(Number.isFinite(expiresAt) ? { exp: seconds(expiresAt) } : {}),
  iat: seconds(issuedAt),
})

function infoOfToken({ instance, issuedAt, expiresAt }: WixToken) {
  const { app, site, instanceId } = instance
  return {
    active: true,
    subjectType: 'APP',
    subjectId: app.appId,
    ...times(issuedAt, expiresAt),
    clientId: app.appId,
    siteId: site.siteId,
    instanceId,
  }
}

async function infoOfInstance({ config, instances, services }: WixModel, value: string): Promise<object | undefined> {
  const known = await readSignedInstance(config, value)
  if (known === undefined || !isUnexpired(known, services.clock)) return undefined
  const instance = instances.find(known.payload.instanceId ?? '')
  if (instance?.app !== known.app || !instance.installed) return undefined
  const { aid, uid } = { aid: undefined, uid: undefined, ...known.payload }
  return {
    active: true,
    subjectType: aid === undefined ? 'USER' : 'VISITOR',
    subjectId: aid ?? uid,
    ...times(known.signedAt, known.expiresAt),
    clientId: known.app.appId,
    siteId: instance.site.siteId,
    instanceId: instance.instanceId,
  }
}

/** Answers a token info request, which needs no client authentication. */
export async function handleTokenInfoRequest(model: WixModel, request: Request): Promise<Response> {
  const { config, tokens, services } = model
  if (services.scenarios.consume('token-info-500')) return serverError()
  const contentType = request.headers.get('Content-Type') ?? ''
  const value = readTextMembers(contentType, await request.text())?.get('token') ?? ''
  if (value === '') return validationError('token', 'must not be empty')

  const token = tokens.find(value)
  const isAlive = token !== undefined && tokens.stateOf(token) === 'alive'
  const info = isAlive ? infoOfToken(token) : await infoOfInstance(model, value)
  if (services.scenarios.consume('token-info-inactive')) {
    return Response.json({ active: false })
  }
  if (info !== undefined) return Response.json(info)
  return token === undefined && config.unknownTokenInfo === 'error'
    ? validationError('token', 'is not a token')
    : Response.json({ active: false })
}
