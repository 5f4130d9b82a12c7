import { brokenAccountResponse, brokenApiResponse } from '../faults/api.ts'
import { PLAIN_SERVER_ERRORS } from '../faults/fault.ts'
import type { AccessToken } from '../grants.ts'
import { answer, respondWith } from './answers.ts'
import type { Call } from './call.ts'
import type { Answer, Granted, Texts } from './contexts.ts'
import type { Model } from './model.ts'
import type { Api, ApiRoute } from './personality.ts'

const FORBIDDEN = answer(403, { error: 'insufficient_scope' })
const LIMITED = answer(429, { error: 'too_many_requests' }, { 'Retry-After': '1' })

/** The text of the access token that a request carries. */
export function sentToken({ schemes = ['Bearer'], header, query }: Api, call: Call): string | undefined {
  if (header !== undefined) return call.headers.get(header) ?? undefined
  if (query !== undefined && call.query[query] !== undefined) return call.query[query]
  const [, scheme = '', token] = /^(?:(\S+) +)?(\S+)$/.exec(call.headers.get('Authorization') ?? '') ?? []
  return schemes.some((known) => known.toLowerCase() === scheme.toLowerCase()) ? token : undefined
}

/** The live access token of a request to this address. */
export function findSentToken(
  { personality, grants }: Model,
  call: Call,
  params: Texts,
): AccessToken<Granted> | undefined {
  const { api } = personality
  const token = grants.findAccessToken(sentToken(api, call) ?? '')
  if (token === undefined) return undefined
  const belongs = api.belongs?.({ granted: token.grant, host: call.host, params }) ?? true
  return belongs ? token : undefined
}

/** The answer to a request without a header that the endpoint requires. */
export const missingHeader = ({ headers = {} }: Pick<Api, 'headers'>, call: Call): Answer | undefined =>
  Object.entries(headers).find(([name]) => !call.headers.has(name))?.[1]

/** Answers a request that needs a live access token. */
export function handleApiRequest(model: Model, route: ApiRoute, call: Call, params: Texts): Response {
  const { api } = model.personality
  const { scenarios } = model.services
  const brokenAccount = route === api.account ? brokenAccountResponse(scenarios) : undefined
  if (brokenAccount !== undefined) return brokenAccount
  const refusal = missingHeader(api, call)
  if (refusal !== undefined) return respondWith(refusal)
  const token = findSentToken(model, call, params)
  const dead = route.dead ?? api.dead
  if (token === undefined) return respondWith(dead)
  const broken = brokenApiResponse(scenarios, {
    ...PLAIN_SERVER_ERRORS,
    tooManyRequests: () => respondWith(api.limited ?? LIMITED),
    deadToken: () => respondWith(dead),
    missingScope: () => respondWith(api.forbidden ?? FORBIDDEN),
  })
  return broken ?? respondWith(answer(200, route.answer({ granted: token.grant, host: call.host, params })))
}

/** Whether a request is for a route: a GraphQL endpoint has one route for each field. */
export const isForRoute = ({ graphql }: ApiRoute, { json }: Call): boolean => {
  if (graphql === undefined) return true
  const { query } = json
  return typeof query === 'string' && new RegExp(`\\b${graphql}\\b`).test(query)
}
