import { randomHex } from '../encoding.ts'
import { deniesAtOnce } from '../faults/authorization.ts'
import { breakCallback } from '../faults/callback.ts'
import type { ProviderPages } from '../pages.ts'
import type { ProviderBindings } from '../provider.ts'
import { type Parameters, redirectTo, withParameters } from '../urls.ts'
import type { WixApp } from './config.ts'
import type { Instance } from './instances.ts'
import { createRoutes, type WixModel } from './model.ts'
import type { WixSite } from './options.ts'
import { closeWindowPage, pagesOf, permissionPage, respondToRefusal } from './pages.ts'
import { opaqueJwt } from './tokens.ts'

interface PermissionRequest {
  readonly app: WixApp
  readonly redirectUrl: string
  readonly state: string | undefined
  /** The token of an install that Wix started. */
  readonly token: string | undefined
}

const USED_TOKEN = 'This install link was already used, or it belongs to another app. Install the app again.'

/** Custom authentication: the permission page, its form, and the page that closes the window. */
export function permissionRoutes(model: WixModel) {
  const { config, instances, tokens, codes, installTokens, services } = model
  const { scenarios, consent } = services
  const pendingRequests = new Map<string, PermissionRequest>()
  const app = createRoutes()

  const installOf = ({ app: asking, token }: PermissionRequest): Instance | undefined => {
    const instance = installTokens.get(token ?? '')
    return instance?.app === asking ? instance : undefined
  }

  function readRequest(parameters: URLSearchParams): PermissionRequest | string {
    const asking = config.apps.find(({ appId }) => appId === parameters.get('appId'))
    if (asking === undefined) return 'The appId is missing or unknown.'
    const redirectUrl = parameters.get('redirectUrl') ?? ''
    if (!asking.redirectUrls.includes(redirectUrl)) {
      return `Couldn't find an app with this redirect URL: "${redirectUrl}".`
    }
    const request = {
      app: asking,
      redirectUrl,
      state: parameters.get('state') ?? undefined,
      token: parameters.get('token') ?? undefined,
    }
    const isUsed = request.token !== undefined && installOf(request) === undefined
    return isUsed ? USED_TOKEN : request
  }

  const stateParameters = ({ state }: PermissionRequest): Parameters => (state === undefined ? [] : [['state', state]])

  const pagesFor = (bindings: ProviderBindings, request: PermissionRequest) =>
    pagesOf(config, bindings, request.app, request.redirectUrl)

  const deny = (pages: ProviderPages, request: PermissionRequest) =>
    respondToRefusal(
      pages,
      config.permissionDeny,
      request.app,
      request.redirectUrl,
      breakCallback(scenarios, stateParameters(request)),
    )

  function allow(request: PermissionRequest, site: WixSite): Response {
    if (request.token !== undefined) installTokens.delete(request.token)
    const instance = instances.install(request.app, site)
    const { installation, instanceId } = instance
    const code = opaqueJwt({ appId: request.app.appId })
    codes.issue({ instance, installation }, code)
    const parameters: Parameters = [['code', code], ...stateParameters(request), ['instanceId', instanceId]]
    return redirectTo(withParameters(request.redirectUrl, breakCallback(scenarios, parameters)))
  }

  app.get('/installer/install', (c) => {
    const parameters = new URL(c.req.url).searchParams
    const request = readRequest(parameters)
    if (typeof request === 'string') {
      const asking = config.apps.find(({ appId }) => appId === parameters.get('appId'))
      return pagesOf(config, c.env, asking).error(request)
    }
    const pages = pagesFor(c.env, request)
    if (deniesAtOnce(scenarios)) return deny(pages, request)
    const known = installOf(request)?.site
    const site = known ?? config.sites[0]
    if (consent === 'auto' && site !== undefined) return allow(request, site)
    const requestId = randomHex(16)
    pendingRequests.set(requestId, request)
    const question = { requestId, app: request.app, destination: request.redirectUrl }
    return permissionPage(pages, config, question, known)
  })

  app.post('/installer/install', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const request = pendingRequests.get(form.get('request') ?? '')
    if (request === undefined) {
      return pagesOf(config, c.env).error("We don't know this install. Go back to the app and start again.")
    }
    const pages = pagesFor(c.env, request)
    const decision = form.get('decision')
    if (decision === 'deny') return deny(pages, request)
    if (decision !== 'allow') return pages.error('Choose Allow or Deny.')
    const known = installOf(request)?.site
    if (request.token !== undefined && known === undefined) return pages.error(USED_TOKEN)
    const site = known ?? config.sites.find(({ siteId }) => siteId === form.get('site'))
    return site === undefined ? pages.error('Choose one of your sites.') : allow(request, site)
  })

  app.get('/installer/close-window', (c) => {
    const token = tokens.find(c.req.query('access_token') ?? '')
    const isAlive = token?.kind === 'access' && tokens.stateOf(token) === 'alive'
    const pages = pagesOf(config, c.env, token?.instance.app)
    return isAlive ? closeWindowPage(pages) : pages.error('The access_token is not valid.')
  })

  return { app, reset: () => pendingRequests.clear() }
}
