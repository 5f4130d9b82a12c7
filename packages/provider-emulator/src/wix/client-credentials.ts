import type { WixModel } from './model.ts'
import type { TokenEndpoint } from './token-endpoint.ts'
import { TOKEN_ERRORS } from './token-errors.ts'

/** The current token endpoint: whoever has the secret and an instance id gets a token. */
export const clientCredentialsEndpoint = ({
  config,
  instances,
  tokens,
  surroundings,
}: WixModel): TokenEndpoint => ({
  errors: config.tokenErrors,
  grants: new Map([
    [
      'client_credentials',
      {
        faults: [],
        async request(app, members) {
          const instance = instances.find(members.get('instance_id') ?? '')
          if (instance?.app !== app) return { failure: TOKEN_ERRORS.unknownInstance }
          if (!instance.installed) return { failure: TOKEN_ERRORS.removed }
          const { value } = await tokens.mint(instance)
          const success = { access_token: value, token_type: 'Bearer' }
          return surroundings.scenarios.take('wix-token-without-expires-in')
            ? { success }
            : { success: { ...success, expires_in: config.accessTokenSeconds } }
        },
      },
    ],
  ]),
})
