import { randomHex } from '../encoding.ts'
import { redirectTargetResponse } from '../faults/token-endpoint.ts'
import { createOneTimeCodes } from '../one-time-codes.ts'
import type { ControlledProvider, EmulatedProvider, EmulatorServices } from '../provider.ts'
import { apiRoutes } from './api.ts'
import { resolveConfig } from './config.ts'
import { createWixControl, LINKED_ROUTES, type WixControl, wixControlRoutes } from './control.ts'
import { routeNotFound } from './errors.ts'
import { externalInstallRoutes } from './external-install.ts'
import { createInstances } from './instances.ts'
import { type AuthorizedInstall, createRoutes, type WixModel } from './model.ts'
import { createWixOperations } from './operations.ts'
import type { WixOptions } from './options.ts'
import { pagesOf } from './pages.ts'
import { permissionRoutes } from './permission.ts'
import { clientCredentialsEndpoint, customAuthenticationEndpoint, handleTokenRequest } from './token-endpoint.ts'
import { handleTokenInfoRequest } from './token-info.ts'
import { createTokens } from './tokens.ts'
import { createKeyPairs } from './webhook-signature.ts'
import { createWixWebhooks } from './webhooks.ts'

const PAGES_HOST = 'www.wix.com'
const API_HOST = 'www.wixapis.com'

/** The emulated Wix: install pages on one host, tokens and APIs on another. */
export function createWix(services: EmulatorServices, options?: WixOptions): ControlledProvider<WixControl> {
  const config = resolveConfig(options, services.appName)
  const model: WixModel = {
    services,
    config,
    instances: createInstances(),
    tokens: createTokens(services.clock, config),
    codes: createOneTimeCodes<AuthorizedInstall>(services.clock, config.codeSeconds),
    installTokens: new Map(),
    keyPairs: createKeyPairs(),
  }
  const externalInstall = externalInstallRoutes(model)
  const permission = permissionRoutes(model)
  const apis = apiRoutes(model)

  const pages = createRoutes()
  pages.route('/', externalInstall.app)
  pages.route('/', permission.app)
  pages.all('/oauth2/redirected', redirectTargetResponse)
  pages.all('*', (c) => pagesOf(config, c.env).error(`There is no page ${c.env.path} in the emulator.`, 404))

  const api = createRoutes()
  api.use(async (c, next) => {
    await next()
    c.res.headers.set('x-wix-request-id', randomHex(8))
  })
  const current = clientCredentialsEndpoint(model)
  api.post('/oauth2/token', (c) => handleTokenRequest(model, current, c.req.raw, c.env.urlOf))
  const legacy = customAuthenticationEndpoint(model)
  // The documentation has the path with and without the last slash.
  for (const path of ['/oauth/access', '/oauth/access/']) {
    api.post(path, (c) => handleTokenRequest(model, legacy, c.req.raw, c.env.urlOf))
  }
  api.post('/oauth2/token-info', (c) => handleTokenInfoRequest(model, c.req.raw))
  api.route('/', apis.app)
  api.all('*', () => routeNotFound())

  const app = createRoutes()
  app.route(`/${PAGES_HOST}`, pages)
  app.route(`/${API_HOST}`, api)

  const webhooks = createWixWebhooks(model)
  const control = createWixControl(model, webhooks)
  const provider: EmulatedProvider = {
    name: 'wix',
    title: 'Wix',
    hosts: [PAGES_HOST, API_HOST],
    app,
    control: wixControlRoutes(control),
    linkedRoutes: LINKED_ROUTES,
    operations: createWixOperations(model, control),
    webhooks,
    reset() {
      model.instances.reset()
      model.tokens.reset()
      model.codes.clear()
      model.installTokens.clear()
      externalInstall.reset()
      permission.reset()
      apis.reset()
    },
  }
  return { provider, control }
}
