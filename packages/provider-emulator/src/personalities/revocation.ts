import { answerRevocation } from '../faults/revocation.ts'
import type { AccessToken, RefreshToken } from '../grants.ts'
import { PLAIN_ERRORS, respondWith } from './answers.ts'
import { findSentToken, missingHeader, sentToken } from './api.ts'
import type { Call } from './call.ts'
import { isAuthentic } from './client-authentication.ts'
import type { Answer, Granted, Texts } from './contexts.ts'
import type { Model } from './model.ts'
import type { Revocation } from './personality.ts'

type Token = AccessToken<Granted> | RefreshToken<Granted>

/** Ends the live grants that fit; returns whether there were any. */
function endGrants({ grants }: Model, fits: (grant: Granted) => boolean): boolean {
  const ended = grants.list().filter((grant) => grant.alive && fits(grant))
  for (const grant of ended) grants.end(grant)
  return ended.length > 0
}

const isSameAccount = (one: Granted, other: Granted): boolean => one.account === other.account

function end(model: Model, { ends, isLike = isSameAccount }: Revocation, token: Token): void {
  if (ends === 'grant') model.grants.end(token.grant)
  else if (ends === 'alike') endGrants(model, (grant) => isLike(grant, token.grant))
  else token.expiresAt = model.services.clock.now()
}

const successOf = ({ success }: Revocation, value: string): Answer =>
  typeof success === 'function' ? success(value) : success

/** Ends the token that was sent, if the endpoint revokes tokens of its kind. */
function revokeToken(model: Model, revocation: Revocation, value: string): Answer {
  const success = successOf(revocation, value)
  const { unknown = success, wrongKind = unknown, kinds = ['access', 'refresh'] } = revocation
  const accessToken = model.grants.findAccessToken(value)
  const token = accessToken ?? model.grants.findRefreshToken(value)
  if (token === undefined) return unknown
  if (!kinds.includes(accessToken === undefined ? 'refresh' : 'access')) return wrongKind
  end(model, revocation, token)
  return success
}

/** The text in the first member that was sent. Without authentication, the token may be in the header. */
function sentValue({ personality }: Model, { client, member = 'token' }: Revocation, call: Call, sent: Texts) {
  const [value] = [member].flat().flatMap((name) => sent[name] ?? [])
  return value ?? (client === 'none' ? sentToken(personality.api, call) : undefined)
}

async function revoke(model: Model, revocation: Revocation, call: Call, params: Texts): Promise<Answer> {
  const { personality } = model
  const { client, clientToo, formats = ['form', 'query'], by } = revocation
  const errors = { ...PLAIN_ERRORS, ...personality.token.errors }
  const { wrongClient = errors.client } = revocation
  const sent = { ...call.query, ...call.members, ...params }
  if (client === 'token') {
    const token = findSentToken(model, call, params)
    if (token === undefined) return personality.api.dead
    if (clientToo !== undefined && !(await isAuthentic(model, clientToo, new Headers(), sent))) return wrongClient
    end(model, revocation, token)
    return successOf(revocation, token.value)
  }
  if (call.format === undefined || !formats.includes(call.format)) return errors.request
  if (client !== 'none' && !(await isAuthentic(model, client, call.headers, sent))) return wrongClient
  const value = sentValue(model, revocation, call, sent)
  if (value === undefined) return errors.request
  if (by !== 'account') return revokeToken(model, revocation, value)
  const success = successOf(revocation, value)
  return endGrants(model, ({ account }) => account.id === value) ? success : (revocation.unknown ?? success)
}

/** Answers a revocation request, with the fault of an active scenario. */
export const handleRevocationRequest = (
  model: Model,
  revocation: Revocation,
  call: Call,
  params: Texts,
): Promise<Response> =>
  answerRevocation(model.services, call.signal, async () =>
    respondWith(missingHeader(revocation, call) ?? (await revoke(model, revocation, call, params))),
  )
