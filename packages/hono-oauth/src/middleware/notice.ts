import type { Context } from 'hono'
import type { Connection, ConnectionSummary } from '../connections/connection.ts'
import { open, seal } from '../crypto/seal.ts'
import { ERROR_KINDS, type OAuthErrorCode } from '../errors.ts'
import type { Account, RevocationOutcome } from '../providers/contract.ts'
import type { Runtime } from './runtime.ts'

const NOTICE_SECONDS = 5 * 60
// A cookie holds 4 KB, and the provider chooses the name of an account.
const MAX_NAME_LENGTH = 200

/** What the last login or disconnect of a browser came to. */
export type Notice =
  | {
      readonly type: 'connected'
      readonly provider: string
      readonly connectionId: string
      readonly account: Account
      /** Whether this account was connected before. */
      readonly again: boolean
    }
  | {
      readonly type: 'failed'
      readonly provider: string
      readonly code: OAuthErrorCode
      /** What happened, for a person. */
      readonly title: string
      /** What to do, for a person. */
      readonly advice: string
    }
  | {
      readonly type: 'disconnected'
      readonly provider: string
      readonly account: Account
      readonly outcome: RevocationOutcome
    }

type WithoutTexts<N> = N extends Notice ? Omit<N, 'title' | 'advice'> : never

/** Leaves a notice for the next page of this browser. */
export async function leaveNotice(c: Context, runtime: Runtime, notice: WithoutTexts<Notice>): Promise<void> {
  const { ring, cookies } = runtime
  const { embedded } = runtime.provider(notice.provider)
  cookies.write(c, cookies.notice, await seal(ring, 'notice', cookies.notice, notice), NOTICE_SECONDS, embedded)
}

/** The account of a notice. */
export function accountIn({ account: { id, name } }: Connection | ConnectionSummary): Account {
  return { id, name: name?.slice(0, MAX_NAME_LENGTH) ?? null }
}

/** Takes the notice of this browser: the next call finds nothing. */
export async function takeNotice(c: Context, { ring, cookies }: Runtime): Promise<Notice | undefined> {
  const sealed = cookies.clearNotice(c)
  if (sealed === undefined) return undefined
  const notice = (await open<Notice>(ring, 'notice', cookies.notice, sealed))?.value
  if (notice?.type !== 'failed') return notice
  const [, title, advice] = ERROR_KINDS[notice.code]
  return { ...notice, title, advice }
}
