import { availableParallelism } from 'node:os'
import type { Results } from './results.ts'
import type { Plan } from './rounds.ts'
import { budgetTable, costTable, expiryTable, scaleText } from './table.ts'
import { versions } from './versions.ts'
import { AT_ONCE, CALLERS } from './work.ts'

/** All that a run found, in Markdown. */
export function report(results: Results, plan: Plan, command: string): string {
  return `# Results

CPU time of the workerd process for each request, as a ratio: median over the rounds, and in brackets the middle half of them.
The bases are the bare Hono route and the hand-written Worker, in the same round. The README says
[what is measured](README.md#what-is-measured), and [what the figures do not mean](README.md#what-the-figures-do-not-mean).

${costTable(results)}

${scaleText(results)}

## ${CALLERS} callers at expiry

One visitor's token ends, and then ${CALLERS} requests of that visitor ask for it at once. A token works when the provider's API takes it after all were answered.

${expiryTable(results)}

## Budgets

${budgetTable(results)}

## Notes

- A dash: the bare route has no login; the memory store is empty in a new process.
- A login of \`@hono/auth-js\` is two requests, a CSRF token and a form; one of better-auth is a POST that answers with JSON.
- The provider rotates refresh tokens, and ends a grant when a used refresh token comes back. With a provider that does neither, or one with a grace
  period, more callers at expiry have a token that works. For hono-oauth over KV the provider does not rotate: hono-oauth refuses the combination of a
  store that cannot compare and swap with a provider that rotates.
- \`@hono/oidc-auth\` and better-auth read the visitor from the ID token, all others ask the userinfo endpoint.
  \`@hono/oidc-auth\` renews by an interval of its own, one second for the callers at expiry.
- In the hand-written Worker and with arctic the renewal is the app's code, with \`@hono/auth-js\` it is the code of Auth.js's guide.
- better-auth has its rate limit switched off, because all requests come from one visitor.

## Run

- \`${command}\`: ${plan.rounds} rounds, seed ${plan.seed}; in each round and for each contender ${plan.flows} flows and ${plan.requests} warm requests, ${AT_ONCE} at a time; ${plan.coldRounds} first requests of new processes
- V8 in workerd runs with \`--single-threaded\`; ${process.platform} ${process.arch}, ${availableParallelism()} CPUs
- ${versions().join(', ')}
`
}
