import { deliverNothing, deliverSlowly } from '../broken-responses.ts'
import { consumeFirst } from '../scenarios.ts'
import { PLAIN_ERRORS, respondAsForm, respondWith, standardAnswer } from './answers.ts'
import type { Call } from './call.ts'
import { isAuthentic } from './client-authentication.ts'
import type { Answer, Issued, Texts } from './contexts.ts'
import { TOKEN_ENDPOINT_FAULTS } from './faults.ts'
import type { Model } from './model.ts'
import type { TokenEndpoint } from './personality.ts'
import { findRefreshToken, type Refusal, redeemCode } from './token-grants.ts'
import { issueForCode, issueForExchange, issueForRefresh } from './token-issue.ts'

/** The grant type of a request: sent, or told by its members. */
function grantTypeOf({ grantType }: TokenEndpoint, { grant_type: sent, refresh_token: token }: Texts): string {
  if (sent !== undefined || grantType !== 'optional') return sent ?? ''
  return token === undefined ? 'authorization_code' : 'refresh_token'
}

function memberError({ required = {}, known }: TokenEndpoint, grantType: string, sent: Texts): Refusal | undefined {
  const isMissing = (required[grantType] ?? []).some((name) => sent[name] === undefined)
  const isUnknown = known !== undefined && Object.keys(sent).some((name) => !known.includes(name))
  return isMissing || isUnknown ? 'request' : undefined
}

async function grant(model: Model, grantType: string, sent: Texts): Promise<Issued | Refusal> {
  const { token } = model.personality
  if (grantType === 'authorization_code') {
    const code = await redeemCode(model, sent)
    if (typeof code === 'string') return code
    return issueForCode(model, { grantType, granted: code.granted, sent }, code.login.nonce)
  }
  if (grantType === 'refresh_token' && token.refresh.kind !== 'none') {
    const refreshToken = findRefreshToken(model, sent)
    if (typeof refreshToken === 'string') return refreshToken
    return issueForRefresh(model, { grantType, granted: refreshToken.grant, sent }, refreshToken)
  }
  if (token.exchange !== undefined && grantType === token.exchange.grantType) {
    const accessToken = model.grants.findAccessToken(sent[token.exchange.member] ?? '')
    if (accessToken === undefined) return 'refresh'
    return issueForExchange(model, { grantType: 'exchange', granted: accessToken.grant, sent }, accessToken.grant)
  }
  return 'grantType'
}

async function judge(model: Model, call: Call, sent: Texts, isRefreshEndpoint: boolean): Promise<Issued | Refusal> {
  const { token } = model.personality
  if (call.format === undefined || !token.formats.includes(call.format)) return 'request'
  if (!(await isAuthentic(model, token.client, call.headers, sent))) return 'client'
  const grantType = isRefreshEndpoint ? 'refresh_token' : grantTypeOf(token, sent)
  // A separate refresh endpoint is the only one that refreshes.
  if (!isRefreshEndpoint && token.refreshAt !== undefined && grantType === 'refresh_token') return 'grantType'
  return memberError(token, grantType, call.members) ?? grant(model, grantType, sent)
}

function respond({ personality }: Model, call: Call, answer: Answer): Response {
  const isForm = personality.token.answerFormat === 'negotiated' && !(call.headers.get('Accept') ?? '').includes('json')
  return isForm ? respondAsForm(answer) : respondWith(answer)
}

/** Answers a token request, with the fault of an active scenario. */
export async function handleTokenRequest(
  model: Model,
  call: Call,
  params: Texts,
  isRefreshEndpoint = false,
): Promise<Response> {
  const { services, personality } = model
  const { scenarios } = services
  const fault = consumeFirst(scenarios, TOKEN_ENDPOINT_FAULTS)
  if (fault !== undefined) return fault.respond(undefined)

  const { answer = standardAnswer, errors } = personality.token
  const result = await judge(model, call, { ...call.members, ...params }, isRefreshEndpoint)
  const response = respond(
    model,
    call,
    typeof result === 'string' ? { ...PLAIN_ERRORS, ...errors }[result] : { status: 200, body: answer(result) },
  )
  const isRefresh = typeof result !== 'string' && result.grantType === 'refresh_token'
  if (isRefresh && scenarios.consume('refresh-loses-response')) return deliverNothing(response, services, call.signal)
  return scenarios.consume('token-endpoint-slow') ? deliverSlowly(response, services, call.signal) : response
}
