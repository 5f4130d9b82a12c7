import { createControl, type EmulatorControl } from './control/control.ts'
import type { GrantControl } from './control/grant-control.ts'
import { createControlPage } from './control/page/page.ts'
import { controlRoutes } from './control/routes.ts'
import { readFixtures } from './fixtures.ts'
import type { OauthExampleControl } from './oauth-example/control.ts'
import { exampleData } from './oauth-example/fixtures.ts'
import { createOauthExample } from './oauth-example/provider.ts'
import { OAUTH_EXAMPLE_SCENARIOS } from './oauth-example/scenarios.ts'
import type { EmulatorOptions } from './options.ts'
import { createPersonalities, type PersonalityName } from './personalities/registry.ts'
import type { EmulatorServices, ProviderBindings, SharedServices } from './provider.ts'
import { createRequestLog } from './request-log.ts'
import { IN_PROCESS_HOST, resolveRequestTarget } from './request-target.ts'
import { createScenarios, type ScenarioDefinition } from './scenarios.ts'
import { createClock, waitRealTime } from './time.ts'
import type { WebflowControl } from './webflow/control.ts'
import { webflowData } from './webflow/fixtures.ts'
import { createWebflow } from './webflow/provider.ts'
import { WEBFLOW_SCENARIOS } from './webflow/scenarios.ts'
import { createWebhookDelivery, createWebhooks } from './webhooks.ts'
import type { WixControl } from './wix/control.ts'
import { wixData } from './wix/fixtures.ts'
import { createWix } from './wix/provider.ts'
import { WIX_SCENARIOS } from './wix/scenarios.ts'

/** The members of a request that the emulator uses. Every runtime's `Request` has them. */
export interface EmulatorRequest {
  readonly method: string
  readonly url: string
  readonly headers: Iterable<[string, string]>
  readonly signal?: AbortSignal | null
  text(): Promise<string>
}

/** A running emulator: a fetch function for whole hosts, and its control. */
export interface Emulator {
  /**
   * Answers a request to an emulated host or to the emulator's own server.
   *
   * Other hosts get status 599, so that a test can prove that no request went to the network, or go to `passThrough`.
   *
   * @param request The request. Its port is ignored, and its scheme may be http or https.
   * @returns Resolves with the provider's response. If the request is aborted, it rejects with the
   *   signal's reason, like the global fetch.
   *
   * @example
   * const response = await emulator.fetch(new Request('https://api.webflow.com/v2/sites'))
   */
  fetch(request: EmulatorRequest): Promise<Response>
  readonly control: EmulatorControl & {
    readonly webflow: WebflowControl
    readonly wix: WixControl
    readonly oauthExample: OauthExampleControl
    /** The grants of a personality, such as `github`, or of a provider of your own. Throws for an unknown name. */
    personality(name: PersonalityName | (string & {})): GrantControl
  }
}

// A standard Request cannot carry these methods.
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK'])

/**
 * Creates an offline stand-in for OAuth providers. It answers requests to their real host names.
 *
 * @param options Clock, consent and the settings of each provider. A name such as
 *   `accessTokenSeconds` says the unit. Every option has a default.
 * @throws Error if a provider's setting cannot work; the message names the setting.
 *
 * @example
 * const emulator = createEmulator({ consent: 'auto' })
 * const miniflare = new Miniflare({
 *   modules: true,
 *   script: 'export default { fetch: () => fetch("https://api.webflow.com/v2/sites") }',
 *   outboundService: (request: Request) => emulator.fetch(request),
 * })
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const clock = createClock(options.now ?? (() => Date.now()))
  const log = createRequestLog(clock)
  const scenarios = createScenarios()
  const deliverWebhook = createWebhookDelivery(options.fetch ?? ((url, init) => fetch(url, init)))
  const shared: SharedServices = {
    clock,
    wait: options.wait ?? waitRealTime,
    consent: options.consent ?? 'page',
    appName: options.appName ?? 'Example App',
    slowSeconds: options.slowSeconds ?? 30,
    deliverWebhook,
  }

  const servicesOf = (provider: string, definitions: readonly ScenarioDefinition[]): EmulatorServices => ({
    ...shared,
    scenarios: scenarios.define(provider, definitions),
  })

  const fixtures = readFixtures(options.fixtures ?? {})
  const webflow = createWebflow(servicesOf('webflow', WEBFLOW_SCENARIOS), {
    ...webflowData(fixtures),
    ...options.webflow,
  })
  const wix = createWix(servicesOf('wix', WIX_SCENARIOS), { ...wixData(fixtures), ...options.wix })
  const oauthExample = createOauthExample(servicesOf('oauth.example', OAUTH_EXAMPLE_SCENARIOS), {
    ...exampleData(fixtures),
    ...options.oauthExample,
  })
  const providers = [webflow.provider, wix.provider, oauthExample.provider]
  const providerOf = new Map(providers.flatMap((provider) => provider.hosts.map((host) => [host, provider] as const)))
  const personalities = createPersonalities(shared, scenarios, {
    clients: options.personalities,
    fixtures,
    own: options.providers,
    taken: { names: providers.map(({ name }) => name), hosts: [...providerOf.keys()] },
  })
  const isEmulated = (host: string) => providerOf.has(host) || personalities.isEmulated(host)
  const known = [...providerOf.keys(), ...personalities.hosts].join(', ')

  const webhooks = createWebhooks(providers, deliverWebhook)
  const control = createControl({
    clock,
    log,
    scenarios,
    webhooks,
    resetProviders: () => {
      for (const provider of providers) provider.reset()
      personalities.reset()
    },
  })
  const controlApp = controlRoutes(control, webhooks, providers, personalities)
  const controlPage = createControlPage({
    control,
    addedSeconds: clock.addedSeconds,
    webhooks,
    providers: [
      ...providers.map((provider) => ({ ...provider, isHost: (host: string) => provider.hosts.includes(host) })),
      ...personalities.all,
    ],
    hosts: [...providerOf.keys(), ...personalities.hosts],
    linkedRoutes: [
      '/_emulator/requests',
      '/_emulator/scenarios',
      ...providers.flatMap(({ name, linkedRoutes = [] }) => linkedRoutes.map((path) => `/_emulator/${name}${path}`)),
    ],
  })

  async function respond(request: EmulatorRequest, signal: AbortSignal): Promise<Response> {
    const url = new URL(request.url)
    const target = resolveRequestTarget(url, isEmulated)
    if (target.kind === 'missing') {
      return new Response(
        `There is no page at this path. The control page is at ${url.origin}/. Emulated hosts: ${known}.\n`,
        {
          status: 404,
        },
      )
    }
    if (FORBIDDEN_METHODS.has(request.method.toUpperCase())) {
      return new Response(`The emulator does not support ${request.method}.\n`, { status: 405 })
    }

    // A body can be read only once, and both the log and the routes need it.
    const body = ['GET', 'HEAD'].includes(request.method) ? '' : await request.text()
    const headers = new Headers([...request.headers])
    const requestTo = (address: URL) =>
      new Request(address, { method: request.method, headers, body: body === '' ? null : body, signal })
    const forward = (path: string) => requestTo(new URL(`${path}${url.search}`, `http://${IN_PROCESS_HOST}`))
    if (target.kind === 'control-page') return controlPage(forward('/'), url.origin)
    if (target.kind === 'control') return controlApp.fetch(forward(url.pathname), { origin: url.origin })

    const { host } = target
    const path = target.kind === 'emulated' ? target.path : url.pathname
    const entry = log.add({
      method: request.method,
      host,
      path,
      search: url.searchParams,
      contentType: headers.get('Content-Type') ?? '',
      body,
    })
    if (target.kind === 'unknown-host') {
      if (options.passThrough !== undefined) {
        const response = await options.passThrough(requestTo(url))
        entry.status = response.status
        return response
      }
      entry.status = 599
      const text = `The emulator does not know the host ${host}. Emulated hosts: ${known}.\n`
      return new Response(text, { status: 599, headers: { 'Content-Type': 'text/plain' } })
    }
    const bindings: ProviderBindings = { host, path, urlOf: target.urlOf, controlPage: target.controlPage }
    const app = providerOf.get(host)?.app ?? personalities
    const response = await app.fetch(forward(`/${host}${path}`), bindings)
    // Each HTTP server sends it, and clients count lifetimes from it: @octokit/oauth-methods, src/refresh-token.ts.
    response.headers.set('Date', new Date(clock.now()).toUTCString())
    // A client that disconnected received no status.
    if (!signal.aborted) entry.status = response.status
    return response
  }

  return {
    async fetch(request) {
      const signal = request.signal ?? new AbortController().signal
      const response = await respond(request, signal)
      if (signal.aborted) {
        await response.body?.cancel()
        throw signal.reason
      }
      return response
    },
    control: {
      ...control,
      webflow: webflow.control,
      wix: wix.control,
      oauthExample: oauthExample.control,
      personality: personalities.control,
    },
  }
}
