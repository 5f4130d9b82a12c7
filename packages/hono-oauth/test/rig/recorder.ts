import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace'
import { openTelemetry } from 'hono-oauth/opentelemetry'

/** Reads when a test asks. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** The SDK of OpenTelemetry, which keeps all that it is told. */
export function createRecorder() {
  const spans: ReadableSpan[] = []
  const spanProcessor = {
    onStart: (span: ReadableSpan) => void spans.push(span),
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
  const reader = new Reader()
  // A test may have taken the random numbers.
  let ids = 0
  const nextId = (digits: number) => String(++ids).padStart(digits, '0')
  const idGenerator = { generateTraceId: () => nextId(32), generateSpanId: () => nextId(16) }
  const tracerProvider = new TracerProvider({ spanProcessors: [spanProcessor], idGenerator })
  const meterProvider = new MeterProvider({ readers: [reader] })

  function tell({ name, kind, status, attributes, events, links, ended, parentSpanContext }: ReadableSpan) {
    const parent = spans.find((each) => each.spanContext().spanId === parentSpanContext?.spanId)?.name
    const told = { code: SpanStatusCode[status.code], message: status.message }
    return { name, kind: SpanKind[kind], status: told, attributes, events, links, ended, parent }
  }

  async function readMetrics() {
    const { resourceMetrics } = await reader.collect()
    const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
    return all.map(({ descriptor: { name, unit }, dataPointType, dataPoints }) => {
      const points = dataPoints.map(({ attributes, value }) => ({ attributes, value }))
      return { name, unit, type: DataPointType[dataPointType], points }
    })
  }

  return {
    tracerProvider,
    meterProvider,
    telemetry: openTelemetry({ tracerProvider, meterProvider }),
    /** The spans as they began, and the metrics. */
    read: async () => ({ spans: spans.map(tell), metrics: await readMetrics() }),
  }
}

export type Recorded = Awaited<ReturnType<ReturnType<typeof createRecorder>['read']>>
