import type { MiddlewareHandler } from 'hono'
import { brokenAccountResponse, brokenApiResponse } from '../faults/api.ts'
import { createRateLimit } from '../rate-limit.ts'
import { parseBody } from '../request-body.ts'
import { MANAGE_APP_INSTANCE, type WixConfig } from './config.ts'
import {
  failedPrecondition,
  notAuthenticated,
  permissionDenied,
  serverError,
  siteNotFound,
  tooManyRequests,
  validationError,
} from './errors.ts'
import type { Instance } from './instances.ts'
import { type Caller, createRoutes, type WixEnv, type WixModel } from './model.ts'
import { isUnexpired, readSignedInstance } from './signed-instance.ts'

/** The response of Get App Instance. */
function appInstanceOf({ owner }: WixConfig, instance: Instance) {
  const { instanceId, app, site, originInstanceId } = instance
  return {
    instance: {
      instanceId,
      appName: app.name,
      appVersion: app.version,
      isFree: true,
      permissions: app.permissions,
      availablePlans: [],
      originInstanceId,
      copiedFromTemplate: false,
      freeTrialAvailable: false,
    },
    site: {
      siteId: site.siteId,
      siteDisplayName: site.siteDisplayName,
      locale: site.locale ?? 'en',
      paymentCurrency: site.paymentCurrency ?? 'USD',
      // Only a published site has a URL.
      ...(site.url === undefined ? {} : { url: site.url }),
      description: site.description ?? '',
      multilingual: { isMultiLingual: false, supportedLanguages: [] },
      installedWixApps: [],
      ...(app.readsOwnerEmail ? { ownerInfo: { email: owner.email, emailStatus: 'VERIFIED_OPT_IN' } } : {}),
    },
  }
}

type ApiHandler = MiddlewareHandler<WixEnv>

const EVENTS: readonly string[] = [
  'APP_FINISHED_CONFIGURATION',
  'APP_DASHBOARD_LOADED',
  'APP_UPGRADED',
  'PRIMARY_ACTION_PERFORMED',
  'CUSTOM',
  'CHARGE',
  'FUNDS_RETURNED',
  'APP_DEPLOYED',
  'APP_SETUP_FINISHED',
]

function eventNameOf(contentType: string, text: string): string | Response {
  const body = parseBody(contentType, text)
  const { eventName, customEventName } = {
    ...(typeof body === 'object' ? (body as Readonly<Record<string, unknown>>) : {}),
  }
  if (typeof eventName !== 'string' || !EVENTS.includes(eventName)) {
    return validationError('eventName', `must be one of ${EVENTS.join(', ')}`)
  }
  const isNamed = typeof customEventName === 'string' && customEventName.length >= 2
  return eventName === 'CUSTOM' && !isNamed
    ? validationError('customEventName', 'must have at least 2 characters')
    : eventName
}

/** The routes Get App Instance and Send BI Event. */
export function apiRoutes({ config, instances, tokens, services }: WixModel) {
  const { clock, scenarios } = services
  const rateLimit = createRateLimit(clock, config.rateLimit)
  const app = createRoutes()

  async function callerOfSignedInstance(value: string): Promise<Caller | undefined> {
    if (config.instanceAuthorization === 'refused') return undefined
    const known = await readSignedInstance(config, value)
    if (known === undefined || !isUnexpired(known, clock)) return undefined
    const instance = instances.find(known.payload.instanceId ?? '')
    if (instance?.app !== known.app || !instance.installed) return undefined
    return { instance, isVisitor: 'aid' in known.payload }
  }

  /** The caller with this header, or an error response. */
  async function callerOf(header: string): Promise<Caller | Response> {
    const value = config.bearerPrefix === 'tolerated' ? header.replace(/^bearer +/i, '') : header
    const token = tokens.find(value)
    if (token?.kind !== 'access') return (await callerOfSignedInstance(value)) ?? notAuthenticated()
    const state = tokens.stateOf(token)
    if (state === 'removed') {
      return config.removedAppStatus === 428 ? failedPrecondition() : notAuthenticated(config.removedAppStatus)
    }
    if (state === 'expired') {
      return config.expiredTokenStatus === 400 ? siteNotFound() : notAuthenticated()
    }
    return { instance: token.instance, isVisitor: false }
  }

  const authenticate: ApiHandler = async (c, next) => {
    const caller = await callerOf(c.req.header('Authorization') ?? '')
    if (caller instanceof Response) return caller
    if (rateLimit.count(caller.instance.instanceId).retryAfter !== undefined) {
      return tooManyRequests()
    }
    const broken = brokenApiResponse(scenarios, {
      deadToken: notAuthenticated,
      missingScope: permissionDenied,
      tooManyRequests,
      serverError,
    })
    if (broken !== undefined) return broken
    if (scenarios.consume('api-428')) return failedPrecondition()
    const mayManage = caller.instance.app.permissions.includes(MANAGE_APP_INSTANCE)
    if (caller.isVisitor || !mayManage) return permissionDenied()
    c.set('caller', caller)
    await next()
    return undefined
  }

  app.use('/apps/*', authenticate)

  app.get(
    '/apps/v1/instance',
    (c) => brokenAccountResponse(scenarios) ?? c.json(appInstanceOf(config, c.var.caller.instance)),
  )

  app.post('/apps/v1/bi-event', async (c) => {
    if (scenarios.consume('bi-event-500')) return serverError()
    const name = eventNameOf(c.req.header('Content-Type') ?? '', await c.req.text())
    if (name instanceof Response) return name
    const { instance } = c.var.caller
    instance.events.push(name)
    if (name === 'APP_FINISHED_CONFIGURATION') instance.configured = true
    return c.json({})
  })

  return { app, reset: () => rateLimit.reset() }
}
