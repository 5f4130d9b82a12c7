import { deliverNothing } from '../broken-responses.ts'
import { PLAIN_SERVER_ERRORS } from '../faults/fault.ts'
import { losesRefreshResponse } from '../faults/refresh.ts'
import { answerTokenRequest } from '../faults/token-endpoint.ts'
import { tokenResponse } from '../faults/token-response.ts'
import { PLAIN_ERRORS, respondAsForm, respondWith, standardAnswer } from './answers.ts'
import type { Call } from './call.ts'
import { isAuthentic } from './client-authentication.ts'
import type { Answer, Issued, Texts } from './contexts.ts'
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

/** The path of the redirect's target, at each host. */
export const REDIRECT_TARGET = '/redirected'

/** Answers a token request, with the fault of an active scenario. */
export function handleTokenRequest(
  model: Model,
  call: Call,
  params: Texts,
  isRefreshEndpoint = false,
): Promise<Response> {
  const { services, personality } = model
  const { token } = personality
  const sent = { ...call.members, ...params }
  const refuse = (refusal: Refusal) => respond(model, call, { ...PLAIN_ERRORS, ...token.errors }[refusal])

  async function normalResponse(): Promise<Response> {
    const { answer = standardAnswer } = token
    const result = await judge(model, call, sent, isRefreshEndpoint)
    if (typeof result === 'string') return refuse(result)
    const { fault, granted, grantType } = result
    const response =
      fault === undefined
        ? respond(model, call, { status: 200, body: answer(result) })
        : tokenResponse(fault, answer(result), granted.scopes)
    const isLost = grantType === 'refresh_token' && losesRefreshResponse(services.scenarios)
    return isLost ? deliverNothing(response, services, call.signal) : response
  }

  const isRefresh = isRefreshEndpoint || grantTypeOf(token, sent) === 'refresh_token'
  const answers = {
    ...PLAIN_SERVER_ERRORS,
    redirectTarget: call.urlOf(call.host, REDIRECT_TARGET),
    invalidClient: () => refuse('client'),
    invalidGrant: () => refuse(isRefresh ? 'refresh' : 'code'),
  }
  return answerTokenRequest(services, answers, call.signal, normalResponse)
}
