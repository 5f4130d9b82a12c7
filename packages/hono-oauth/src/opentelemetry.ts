import {
  type Attributes,
  type MeterProvider,
  metrics,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { Observed, Outcome, Telemetry } from './telemetry.ts'

/** The providers of an SDK that is not registered with the API. */
export interface OpenTelemetryOptions {
  readonly tracerProvider?: TracerProvider | undefined
  readonly meterProvider?: MeterProvider | undefined
}

const SCOPE = 'hono-oauth'
const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']
// What the conventions advise for `http.client.request.duration`, in seconds.
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/**
 * Spans and metrics through the API of OpenTelemetry: of logins, renewals and other operations, and of each request to a
 * provider.
 *
 * Without an SDK the API does nothing. No span and no metric holds a token, a code, a path or an account.
 *
 * @param options - `tracerProvider` and `meterProvider`, for an SDK that is not registered with the API
 * @returns the value of the setting `telemetry`
 * @see {@link https://opentelemetry.io/docs/specs/semconv/http/http-spans/ | Semantic conventions for HTTP spans}
 * @example
 * ```ts
 * createOAuth((env: Env) => ({
 *   origin: env.PUBLIC_ORIGIN,
 *   keys: env.OAUTH_KEYS,
 *   providers: { webflow: webflow({ clientId: env.WEBFLOW_CLIENT_ID, clientSecret: env.WEBFLOW_CLIENT_SECRET, scopes: ['sites:read'] }) },
 *   store: kvStore(env.TOKENS),
 *   telemetry: openTelemetry(),
 * }))
 * ```
 */
export function openTelemetry({ tracerProvider = trace, meterProvider }: OpenTelemetryOptions = {}): Telemetry {
  const tracer = tracerProvider.getTracer(SCOPE)
  let meters: MeterProvider | undefined
  let histograms: ReturnType<typeof histogramsOf>
  const record = (name: keyof typeof histograms, seconds: number, attributes: Attributes) => {
    const current = meterProvider ?? metrics.getMeterProvider()
    // Unlike a tracer, a meter of the API stays without effect when an SDK is registered later.
    if (current !== meters) histograms = histogramsOf(current)
    meters = current
    histograms[name].record(seconds, attributes)
  }
  return (observed, run) => {
    const startedAt = performance.now()
    const { name, kind, attributes, details } = descriptionOf(observed)
    return tracer.startActiveSpan(name, { kind, attributes: { ...attributes, ...details } }, async (span) => {
      const end = endOf(observed, await run())
      span.setAttributes(end)
      if (end['error.type']) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      const histogram = observed.name === 'request' ? 'requests' : 'operations'
      record(histogram, (performance.now() - startedAt) / 1000, { ...attributes, ...end })
    })
  }
}

/** The name of a span, the attributes that its metric has too, and those of the span alone. */
function descriptionOf(observed: Observed) {
  if (observed.name !== 'request') {
    const { name, provider } = observed
    const attributes: Attributes = {
      'hono_oauth.operation': name,
      ...(provider && { 'hono_oauth.provider': provider }),
    }
    return { name: `hono_oauth.${name}`, kind: SpanKind.INTERNAL, attributes, details: {} }
  }
  const { origin } = observed
  const { hostname, port, protocol } = new URL(origin)
  const upper = (observed.method ?? 'GET').toUpperCase()
  const method = METHODS.includes(upper) ? upper : undefined
  const attributes: Attributes = {
    'http.request.method': method ?? '_OTHER',
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
  }
  // A provider may want a token in the path, and an app's path may hold anything.
  return { name: method ?? 'HTTP', kind: SpanKind.CLIENT, attributes, details: { 'url.full': `${origin}/REDACTED` } }
}

function endOf({ name }: Observed, { error, status = 0 }: Outcome): Attributes {
  const isRequest = name === 'request'
  const type = error ?? (isRequest && status >= 400 ? String(status) : undefined)
  return {
    ...(isRequest && status && { 'http.response.status_code': status }),
    ...(type && { 'error.type': type }),
  }
}

function histogramsOf(provider: MeterProvider) {
  const meter = provider.getMeter(SCOPE)
  const options = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } }
  return {
    requests: meter.createHistogram('http.client.request.duration', {
      ...options,
      description: 'Duration of HTTP client requests.',
    }),
    operations: meter.createHistogram('hono_oauth.operation.duration', {
      ...options,
      description: 'Duration of logins, renewals and other operations.',
    }),
  }
}
