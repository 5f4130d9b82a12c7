// What the examples of docstrings leave to the app around them.
import type { Context as HonoContext, Hono as HonoApp } from 'hono'
import type { Connection, OAuth, OAuthConfig, OAuthError, Provider, Store } from 'hono-oauth'
import type { mcp } from 'hono-oauth/providers/mcp'
import type { webflow } from 'hono-oauth/providers/webflow'
import type { wix } from 'hono-oauth/providers/wix'
import type { BackChannel, RegisteredClient } from 'hono-oauth/provider-kit'
import type { Emulator } from 'provider-emulator'

declare global {
  // biome-ignore lint/suspicious/noExplicitAny: the bindings and secrets of any app
  type Env = any
  const env: Env
  const app: HonoApp<{ Bindings: Env }>
  const c: HonoContext<{ Bindings: Env; Variables: { connection: Connection } }>
  const oauth: OAuth<
    { webflow: ReturnType<typeof webflow>; wix: ReturnType<typeof wix>; mcp: ReturnType<typeof mcp>; github: Provider },
    Env
  >
  const settings: Omit<OAuthConfig<{ webflow: ReturnType<typeof webflow> }>, 'store'>
  const appId: string
  const appSecret: string
  const publicKey: string
  const clientId: string
  const clientSecret: string
  const parameters: URLSearchParams
  const client: RegisteredClient
  const backChannel: BackChannel
  const response: Response
  const myStore: (options?: { now: () => number }) => Store
  const emulator: Emulator
  const error: OAuthError
  const connection: Connection
  const it: typeof import('vitest').it
  const expect: typeof import('vitest').expect
  const csrf: typeof import('hono/csrf').csrf
  type ScheduledController = import('@cloudflare/workers-types').ScheduledController
  type ExecutionContext = import('@cloudflare/workers-types').ExecutionContext
  type MessageBatch<Body> = import('@cloudflare/workers-types').MessageBatch<Body>
  /** The client of the vendor. */
  const WebflowClient: new (options: { accessToken: string }) => { sites: { list(): Promise<{ sites?: unknown[] }> } }
  /** The plugin of the Vitest integration of Workers. */
  const cloudflareTest: (options: {
    miniflare: { outboundService(request: import('miniflare').Request): Promise<Response> }
  }) => unknown
  const Miniflare: typeof import('miniflare').Miniflare
}
