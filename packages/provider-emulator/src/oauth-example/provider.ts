import { methodNotAllowed } from '../control/method-not-allowed.ts'
import type { ControlledProvider, EmulatedProvider, Surroundings } from '../provider.ts'
import { randomHex } from '../random-hex.ts'
import { apiRoutes } from './api.ts'
import { createAuthorizationCodes } from './authorization-codes.ts'
import { authorizeRoutes } from './authorize.ts'
import { resolveConfig } from './config.ts'
import { errorPage } from './consent-page.ts'
import { createOauthExampleControl, type OauthExampleControl } from './control.ts'
import { oauthExampleControlRoutes, READABLE_ROUTES } from './control-routes.ts'
import { createGrants } from './grants.ts'
import { answerIntrospectionRequest } from './introspection.ts'
import { metadataOf } from './metadata.ts'
import { keySetAnswer, metadataAnswer } from './metadata-faults.ts'
import { createRoutes, type ExampleModel } from './model.ts'
import type { OauthExampleOptions } from './options.ts'
import { answerRevocationRequest } from './revocation.ts'
import { OAUTH_EXAMPLE_SCENARIOS } from './scenarios.ts'
import { createSigningKeys } from './signing-keys.ts'
import { answerTokenRequest } from './token-endpoint.ts'

const HOST = 'oauth.example'

function serverRoutes(model: ExampleModel) {
  const { surroundings } = model
  const app = createRoutes()
  for (const path of ['/token', '/revoke', '/introspect', '/userinfo', '/api/*']) {
    app.use(path, async (c, next) => {
      await next()
      c.res.headers.set('Cache-Control', 'no-store')
    })
  }
  app.post('/token', (c) => answerTokenRequest(model, c.req.raw, c.env.urlOf))
  app.post('/revoke', (c) => answerRevocationRequest(model, c.req.raw))
  app.post('/introspect', (c) => answerIntrospectionRequest(model, c.req.raw))
  for (const path of ['/token', '/revoke', '/introspect']) {
    app.all(path, methodNotAllowed('POST'))
  }
  // Where the token endpoint's redirect leads: a client that follows it gets a worthless token.
  app.all('/redirected', (c) => c.json({ access_token: randomHex(32), token_type: 'Bearer' }))

  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    app.get(`/.well-known/${name}`, () =>
      metadataAnswer(surroundings.scenarios, metadataOf(model.config)),
    )
  }
  app.get('/jwks', () => keySetAnswer(surroundings.scenarios, model.signingKeys))
  return app
}

/** The emulated `oauth.example`: an authorization server by the book, with a small API. */
export function createOauthExample(
  surroundings: Surroundings,
  options?: OauthExampleOptions,
): ControlledProvider<OauthExampleControl> {
  const config = resolveConfig(options)
  const model: ExampleModel = {
    surroundings,
    config,
    codes: createAuthorizationCodes(surroundings.clock, config.codeSeconds),
    grants: createGrants(surroundings.clock, config),
    signingKeys: createSigningKeys(),
  }
  const authorize = authorizeRoutes(model)

  const app = createRoutes().basePath(`/${HOST}`)
  app.route('/', authorize.app)
  app.route('/', serverRoutes(model))
  app.route('/', apiRoutes(model))
  app.all('*', (c) => errorPage(`There is no page ${c.env.path} in the emulator.`, 404))

  const control = createOauthExampleControl(model)
  const provider: EmulatedProvider = {
    name: HOST,
    hosts: [HOST],
    app,
    scenarios: OAUTH_EXAMPLE_SCENARIOS,
    control: oauthExampleControlRoutes(control),
    readable: READABLE_ROUTES,
    reset() {
      model.codes.reset()
      model.grants.reset()
      authorize.reset()
    },
  }
  return { provider, control }
}
