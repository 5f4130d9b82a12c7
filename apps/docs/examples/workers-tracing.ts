import { tracing } from 'cloudflare:workers'
import type { Telemetry } from 'hono-oauth'

/** Spans of Workers tracing, for the setting `telemetry`. */
export const workersTracing: Telemetry = (observed, run) => {
  // Workers makes a span for each fetch by itself, which nests in ours.
  if (observed.name === 'request') return undefined
  return tracing.enterSpan(`hono_oauth.${observed.name}`, async (span) => {
    span.setAttribute('hono_oauth.provider', observed.provider)
    const { error } = await run()
    span.setAttribute('error.type', error)
  })
}
