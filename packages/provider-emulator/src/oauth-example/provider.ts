import { methodNotAllowed } from '../control/control-request.ts'
import { grantControlRoutes } from '../control/grant-control.ts'
import { accountAndScopes, grantOperations } from '../control/grant-operations.ts'
import { keySetResponse, metadataResponse } from '../faults/published.ts'
import { redirectTargetResponse } from '../faults/token-endpoint.ts'
import { createGrants } from '../grants.ts'
import type { ControlledProvider, EmulatedProvider, EmulatorServices } from '../provider.ts'
import { createSigningKeys } from '../signing-keys.ts'
import { apiRoutes } from './api.ts'
import { authorizeRoutes } from './authorization-endpoint.ts'
import { resolveConfig } from './config.ts'
import { createOauthExampleControl, LINKED_ROUTES, type OauthExampleControl } from './control.ts'
import { createAuthorizationCodes } from './grants.ts'
import { handleIntrospectionRequest } from './introspection.ts'
import { buildMetadata } from './metadata.ts'
import { createRoutes, type ExampleModel } from './model.ts'
import type { OauthExampleOptions } from './options.ts'
import { pagesOf } from './pages.ts'
import { handleRevocationRequest } from './revocation.ts'
import { handleTokenRequest } from './token-endpoint.ts'

const HOST = 'oauth.example'

function serverRoutes(model: ExampleModel) {
  const { services } = model
  const app = createRoutes()
  for (const path of ['/token', '/revoke', '/introspect', '/userinfo', '/api/*']) {
    app.use(path, async (c, next) => {
      await next()
      c.res.headers.set('Cache-Control', 'no-store')
    })
  }
  app.post('/token', (c) => handleTokenRequest(model, c.req.raw, c.env.urlOf))
  app.post('/revoke', (c) => handleRevocationRequest(model, c.req.raw))
  app.post('/introspect', (c) => handleIntrospectionRequest(model, c.req.raw))
  for (const path of ['/token', '/revoke', '/introspect']) {
    app.all(path, methodNotAllowed('POST'))
  }
  app.all('/redirected', redirectTargetResponse)

  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    app.get(`/.well-known/${name}`, () => metadataResponse(services.scenarios, buildMetadata(model.config)))
  }
  app.get('/jwks', () => keySetResponse(services.scenarios, model.signingKeys))
  return app
}

/** The emulated `oauth.example`: an authorization server that follows the RFCs, with a small API. */
export function createOauthExample(
  services: EmulatorServices,
  options?: OauthExampleOptions,
): ControlledProvider<OauthExampleControl> {
  const config = resolveConfig(options, services.appName)
  const model: ExampleModel = {
    services,
    config,
    codes: createAuthorizationCodes(services.clock, config.codeSeconds),
    grants: createGrants(services.clock, config.refreshTokenSeconds),
    signingKeys: createSigningKeys(),
  }
  const authorize = authorizeRoutes(model)

  const app = createRoutes().basePath(`/${HOST}`)
  app.route('/', authorize.app)
  app.route('/', serverRoutes(model))
  app.route('/', apiRoutes(model))
  app.all('*', (c) => pagesOf(config, c.env).error(`There is no page ${c.env.path} in the emulator.`, 404))

  const control = createOauthExampleControl(model)
  const provider: EmulatedProvider = {
    name: HOST,
    title: HOST,
    hosts: [HOST],
    app,
    control: grantControlRoutes(() => control),
    linkedRoutes: LINKED_ROUTES,
    operations: grantOperations(
      control,
      accountAndScopes((subject) => config.users.find(({ sub }) => sub === subject)?.name),
    ),
    reset() {
      model.codes.reset()
      model.grants.reset()
      authorize.reset()
    },
  }
  return { provider, control }
}
