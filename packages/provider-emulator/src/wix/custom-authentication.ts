import type { WixModel } from './model.ts'
import type { TokenEndpoint, TokenResult } from './token-endpoint.ts'
import { TOKEN_ERRORS } from './token-errors.ts'
import { CODE_EXCHANGE_FAULTS, REFRESH_FAULTS } from './token-faults.ts'
import type { WixToken } from './tokens.ts'

/** The legacy token endpoint. Its answers have neither token_type nor expires_in. */
export function customAuthenticationEndpoint({ config, codes, tokens }: WixModel): TokenEndpoint {
  const success = async (refreshToken: WixToken): Promise<TokenResult> => {
    const { value } = await tokens.mintLegacy(refreshToken.instance)
    return { success: { access_token: value, refresh_token: refreshToken.value } }
  }

  return {
    errors: config.legacyTokenErrors,
    grants: new Map([
      [
        'authorization_code',
        {
          faults: CODE_EXCHANGE_FAULTS,
          async request(app, members) {
            const code = members.get('code') ?? ''
            const allowed = codes.find(code)
            if (allowed?.instance.app !== app) return { failure: TOKEN_ERRORS.invalidCode }
            const { instance, installation } = allowed
            if (!instance.installed || instance.installation !== installation) {
              return { failure: TOKEN_ERRORS.removed }
            }
            codes.use(code)
            return success(tokens.issueRefreshToken(instance))
          },
        },
      ],
      [
        'refresh_token',
        {
          faults: REFRESH_FAULTS,
          async request(app, members) {
            const token = tokens.find(members.get('refresh_token') ?? '')
            if (token?.kind !== 'refresh' || token.instance.app !== app) {
              return { failure: TOKEN_ERRORS.invalidRefreshToken }
            }
            return tokens.stateOf(token) === 'removed'
              ? { failure: TOKEN_ERRORS.removed }
              : success(token)
          },
        },
      ],
    ]),
  }
}
