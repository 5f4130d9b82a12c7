import { isOAuthError } from 'hono-oauth'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'

/** One thing that the app needs. */
export interface Finding {
  readonly what: string
  readonly state: 'done' | 'to do' | 'optional'
  /** What to do, or to know. */
  readonly advice?: string | undefined
  /** Lines to copy. */
  readonly lines?: readonly string[] | undefined
}

/**
 * Looks at the bindings and secrets, in words.
 *
 * @param origin - where this page was opened
 */
export function checkSetup(env: Env, origin: string): readonly Finding[] {
  return [checkOrigin(env, origin), checkKeys(env), ...checkBindings(env), ...checkPlatforms(env), checkWhole(env)]
}

function checkOrigin({ PUBLIC_ORIGIN: set }: Env, origin: string): Finding {
  if (set === origin) return { what: 'The address of the app', state: 'done' }
  const advice = set
    ? `PUBLIC_ORIGIN is ${set}, and you have opened ${origin}. Logins come back to PUBLIC_ORIGIN alone.`
    : 'PUBLIC_ORIGIN is missing. It is the address that browsers see, without a slash at the end.'
  return { what: 'The address of the app', state: 'to do', advice, lines: secretLines('PUBLIC_ORIGIN', origin) }
}

function checkKeys({ OAUTH_KEYS: keys }: Env): Finding {
  const what = 'The key that seals cookies and tokens'
  if (keys)
    return { what, state: 'done', advice: 'To change it later, put a new key in front of it, separated by a comma.' }
  const lines = ['openssl rand -base64 32', ...secretLines('OAUTH_KEYS')]
  return { what, state: 'to do', advice: 'OAUTH_KEYS is missing. It is 32 random bytes.', lines }
}

/** The bindings, and the line that adds each. */
const BINDINGS = {
  TOKENS: ['Workers KV', 'npx wrangler kv namespace create TOKENS'],
  CONNECTIONS: [
    'Durable Objects',
    '"durable_objects": { "bindings": [{ "name": "CONNECTIONS", "class_name": "OAuthConnections" }] },',
  ],
  WEBHOOKS: ['Queue', 'npx wrangler queues create site-connector-webhooks'],
} as const

function checkBindings(env: Env): readonly Finding[] {
  return Object.entries(BINDINGS).map(([name, [kind, line]]) => {
    const isDone = Boolean(env[name as keyof typeof BINDINGS])
    return { what: `${kind}: ${name}`, state: isDone ? 'done' : 'to do', lines: isDone ? undefined : [line] }
  })
}

/** The secrets of each platform, and what is to be registered there. */
const PLATFORM_SECRETS = [
  {
    title: 'Webflow',
    secrets: ['WEBFLOW_CLIENT_ID', 'WEBFLOW_CLIENT_SECRET'],
    isNeeded: true,
    register: (origin: string) => [`Redirect URI: ${origin}/auth/webflow/callback`],
  },
  {
    title: 'Wix',
    secrets: ['WIX_APP_ID', 'WIX_APP_SECRET', 'WIX_PUBLIC_KEY'],
    isNeeded: true,
    register: (origin: string) => [
      `Redirect URL of the external install flow: ${origin}/auth/wix/callback`,
      `App URL and Redirect URL of the older login: ${origin}/auth/wix-legacy/login and ${origin}/auth/wix-legacy/callback`,
      `Webhook App Removed: ${origin}/auth/wix/webhook`,
    ],
  },
  {
    title: 'GitHub',
    secrets: ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
    register: (origin: string) => [`Authorization callback URL: ${origin}/auth/github/callback`],
  },
  {
    title: 'Google',
    secrets: ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
    register: (origin: string) => [`Authorized redirect URI: ${origin}/auth/google/callback`],
  },
] as const

function checkPlatforms(env: Env): readonly Finding[] {
  return PLATFORM_SECRETS.map(({ title, secrets, register, ...more }): Finding => {
    const missing = secrets.filter((name) => !env[name])
    const isNeeded = 'isNeeded' in more
    const isOff = !isNeeded && missing.length === secrets.length
    const toRegister = register(env.PUBLIC_ORIGIN)
    if (missing.length === 0)
      return { what: title, state: 'done', advice: 'Registered there must be:', lines: toRegister }
    const advice = isOff
      ? 'Not offered. To offer it, make an app there, and set both secrets.'
      : `Missing: ${missing.join(', ')}. Make an app there, and register:`
    return {
      what: title,
      state: isOff ? 'optional' : 'to do',
      advice,
      lines: [...toRegister, ...missing.flatMap((name) => secretLines(name))],
    }
  })
}

/** What the library says of the whole configuration. */
function checkWhole(env: Env): Finding {
  const what = 'The configuration as a whole'
  try {
    oauth.connections(env)
    return { what, state: 'done' }
  } catch (error) {
    if (!isOAuthError(error)) throw error
    return { what, state: 'to do', advice: error.message }
  }
}

function secretLines(name: string, value?: string): readonly string[] {
  return [`npx wrangler secret put ${name}${value ? `   # ${value}` : ''}`]
}
