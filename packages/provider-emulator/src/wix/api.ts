import type { MiddlewareHandler } from 'hono'
import { parseBody } from '../body.ts'
import { createRateLimit } from '../rate-limit.ts'
import {
  failedPrecondition,
  notAuthenticated,
  permissionDenied,
  serverError,
  siteNotFound,
  tooManyRequests,
  validationError,
} from './api-errors.ts'
import { appInstanceOf } from './app-instance.ts'
import { MANAGE_APP_INSTANCE } from './defaults.ts'
import { type Caller, createRoutes, type WixEnv, type WixModel } from './model.ts'
import { isFresh, readSignedInstance } from './signed-instance.ts'

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

/** The part of the APIs that tells what a connection is, and hears that the app is ready. */
export function apiRoutes({ config, instances, tokens, surroundings }: WixModel) {
  const { clock, scenarios } = surroundings
  const rateLimit = createRateLimit(clock, config.rateLimit)
  const app = createRoutes()

  async function visitorOrUser(value: string): Promise<Caller | undefined> {
    if (config.instanceAuthorization === 'refused') return undefined
    const known = await readSignedInstance(config, value)
    if (known === undefined || !isFresh(known, clock)) return undefined
    const instance = instances.find(known.payload.instanceId ?? '')
    if (instance?.app !== known.app || !instance.installed) return undefined
    return { instance, isVisitor: 'aid' in known.payload }
  }

  /** Who sent this header, or the answer to somebody who may not. */
  async function callerOf(header: string): Promise<Caller | Response> {
    const value = config.bearerPrefix === 'tolerated' ? header.replace(/^bearer +/i, '') : header
    const token = tokens.find(value)
    if (token?.kind !== 'access') return (await visitorOrUser(value)) ?? notAuthenticated()
    const state = tokens.stateOf(token)
    if (state === 'removed') {
      return config.removedAppStatus === 428
        ? failedPrecondition()
        : notAuthenticated(config.removedAppStatus)
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
    if (scenarios.take('wix-api-401-once')) return notAuthenticated()
    if (scenarios.take('wix-api-403')) return permissionDenied()
    if (scenarios.take('wix-api-428')) return failedPrecondition()
    if (scenarios.take('wix-api-429')) return tooManyRequests()
    const mayManage = caller.instance.app.permissions.includes(MANAGE_APP_INSTANCE)
    if (caller.isVisitor || !mayManage) return permissionDenied()
    c.set('caller', caller)
    await next()
    return undefined
  }

  app.use('/apps/*', authenticate)

  app.get('/apps/v1/instance', (c) =>
    scenarios.take('wix-instance-500')
      ? serverError()
      : c.json(appInstanceOf(config, c.var.caller.instance)),
  )

  app.post('/apps/v1/bi-event', async (c) => {
    if (scenarios.take('wix-bi-event-500')) return serverError()
    const name = eventNameOf(c.req.header('Content-Type') ?? '', await c.req.text())
    if (name instanceof Response) return name
    const { instance } = c.var.caller
    instance.events.push(name)
    if (name === 'APP_FINISHED_CONFIGURATION') instance.configured = true
    return c.json({})
  })

  return { app, reset: () => rateLimit.reset() }
}
