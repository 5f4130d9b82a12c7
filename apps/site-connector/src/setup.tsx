import { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { Env } from './env.ts'
import { isLocal } from './local-address.ts'
import { page } from './page/layout.tsx'
import { checkSetup, type Finding } from './setup-checks.ts'

/**
 * What is missing or weak in the configuration, with the lines that put it right. It shows no secret, and it is there
 * on this machine and on a preview alone: its words help an attacker too.
 */
export const setup = new Hono<{ Bindings: Env }>()

setup.get('/', (c, next) => {
  const url = new URL(c.req.url)
  const { hostname, origin } = url
  const isPreview = hostname.endsWith('.workers.dev') && origin !== c.env.PUBLIC_ORIGIN
  if (!isLocal(url) && !isPreview) return next()
  const findings = checkSetup(c.env, origin)
  const open = findings.filter(({ state }) => state === 'to do')
  const title = open.length === 0 ? 'Everything is set up' : `To do: ${open.length} of ${findings.length}`
  return c.html(page(title, <Setup title={title} findings={findings} />))
})

const BADGES = { done: 'working', 'to do': 'ended', optional: 'off' } as const

const Setup = ({ title, findings }: { title: string; findings: readonly Finding[] }): Child => (
  <>
    <h1>{title}</h1>
    <p class="lead">What this app needs, found in its bindings and secrets at this moment. No value is shown.</p>
    {findings.map(({ what, state, advice, lines }) => (
      <article>
        <div class="head">
          <h2>{what}</h2>
          <p class={`badge ${BADGES[state]}`}>{state}</p>
        </div>
        {advice && <p>{advice}</p>}
        {lines && <pre tabindex={0}>{lines.join('\n')}</pre>}
      </article>
    ))}
  </>
)
