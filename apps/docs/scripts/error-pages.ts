// The troubleshooting list: every error code, from the code of the package, with a note for the developer.
import { ERROR_KINDS, OAuthError, type OAuthErrorCode } from '../../../packages/hono-oauth/src/errors.ts'
import { whatToCheck } from '../../../packages/hono-oauth/src/middleware/advice.ts'
import { ERROR_NOTES } from './error-notes.ts'

/** The list of all codes, and a part for each, by status. */
export function errorsPartial(): string {
  const codes = Object.keys(ERROR_KINDS) as OAuthErrorCode[]
  const byStatus = Map.groupBy(codes, (code) => ERROR_KINDS[code][0])
  const statuses = [...byStatus.keys()].sort((one, other) => one - other)
  const index = statuses.map(
    (status) =>
      `| ${status} | ${byStatus
        .get(status)
        ?.map((code) => `[\`${code}\`](#${code.replaceAll('_', '-')})`)
        .join(' ')} |`,
  )
  const parts = statuses.flatMap((status) => byStatus.get(status)?.map(partOf) ?? [])
  return `| Status | Codes |\n| --- | --- |\n${index.join('\n')}\n\n${parts.join('\n')}`
}

function partOf(code: OAuthErrorCode): string {
  const [status, title, advice] = ERROR_KINDS[code]
  const { when, fix } = ERROR_NOTES[code]
  const check = whatToCheck(new OAuthError(code), {})
  const isOwn = check !== undefined && check !== advice
  return `## ${code} {#${code.replaceAll('_', '-')}}

**${status}.** ${when}

- **What to do:** ${fix}
${isOwn ? `- **The log says:** ${check}\n` : ''}- **The person reads:** “${title}. ${advice}”
`
}
