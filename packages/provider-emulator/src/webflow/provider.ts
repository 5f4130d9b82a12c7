import { redirectTargetResponse } from '../faults/token-endpoint.ts'
import { createOneTimeCodes } from '../one-time-codes.ts'
import type { ControlledProvider, EmulatedProvider, EmulatorServices } from '../provider.ts'
import { authorizeRoutes } from './authorization-endpoint.ts'
import { resolveConfig } from './config.ts'
import { createWebflowControl, LINKED_ROUTES, type WebflowControl, webflowControlRoutes } from './control.ts'
import { dataApiRoutes } from './data-api.ts'
import { routeNotFound } from './errors.ts'
import { createGrants } from './grants.ts'
import { type AuthorizedRequest, createRoutes, type WebflowModel } from './model.ts'
import { createWebflowOperations } from './operations.ts'
import type { WebflowOptions } from './options.ts'
import { pagesOf } from './pages.ts'
import { CURRENT_REVOCATION, handleRevocationRequest, OLDER_REVOCATION } from './revocation.ts'
import { handleTokenRequest } from './token-endpoint.ts'
import { createWebflowWebhooks } from './webhooks.ts'

const ACCOUNTS_HOST = 'webflow.com'
const API_HOST = 'api.webflow.com'
const CODE_SECONDS = 15 * 60

/** The emulated Webflow: consent on one host, tokens and data on another. */
export function createWebflow(
  services: EmulatorServices,
  options?: WebflowOptions,
): ControlledProvider<WebflowControl> {
  const config = resolveConfig(options, services.appName)
  const codes = createOneTimeCodes<AuthorizedRequest>(services.clock, CODE_SECONDS)
  const grants = createGrants(services.clock, config)
  const model: WebflowModel = { services, config, codes, grants }
  const authorize = authorizeRoutes(model)
  const dataApi = dataApiRoutes(model)

  const accounts = createRoutes()
  accounts.route('/', authorize.app)
  accounts.post('/oauth/revoke_authorization', (c) => handleRevocationRequest(model, CURRENT_REVOCATION, c.req.raw))
  accounts.all('/oauth/redirected', redirectTargetResponse)
  accounts.all('*', (c) => pagesOf(config, c.env).error(`There is no page ${c.env.path} in the emulator.`, 404))

  const api = createRoutes()
  api.post('/oauth/access_token', (c) => handleTokenRequest(model, c.req.raw, c.env.urlOf))
  if (config.openApiTokenPath === 'works') {
    api.post('/oauth/token', (c) => handleTokenRequest(model, c.req.raw, c.env.urlOf))
  }
  api.post('/oauth/revoke_authorization', (c) => handleRevocationRequest(model, OLDER_REVOCATION, c.req.raw))
  api.route('/', dataApi.app)
  api.all('*', (c) => routeNotFound(c.req.method, c.env.path))

  const app = createRoutes()
  app.route(`/${ACCOUNTS_HOST}`, accounts)
  app.route(`/${API_HOST}`, api)

  const control = createWebflowControl(model)
  const provider: EmulatedProvider = {
    name: 'webflow',
    title: 'Webflow',
    hosts: [ACCOUNTS_HOST, API_HOST],
    app,
    control: webflowControlRoutes(control),
    linkedRoutes: LINKED_ROUTES,
    operations: createWebflowOperations(model, control),
    webhooks: createWebflowWebhooks(model),
    reset() {
      codes.clear()
      grants.reset()
      authorize.reset()
      dataApi.reset()
    },
  }
  return { provider, control }
}
