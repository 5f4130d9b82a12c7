// Where the time of a request goes: `pnpm bench:profile request` or `login`, of hono-oauth over memory, in Node.
import { Session } from 'node:inspector/promises'
import app from '../contenders/hono-oauth-memory.ts'
import { BINDINGS } from './bindings.ts'
import { ORIGIN } from './browser.ts'
import { consent, createProvider } from './provider.ts'

const WARM_UP = 5000
const REQUESTS = 20_000
const ROWS = 40

const provider = createProvider(true)
globalThis.fetch = (input, init) => provider.fetch(new Request(input, init))

const paths: Record<string, string> = { request: '/me', login: '/auth/example/login' }
const item = process.argv[2] ?? 'request'
const path = paths[item]
if (!path) throw new Error(`${item} is not one of: ${Object.keys(paths).join(', ')}`)

const cookies = new Map<string, string>()
const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} }

async function send(target: string, keeps: boolean): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const request = new Request(`${ORIGIN}${target}`, { headers })
  const answer = await app.fetch(request, BINDINGS, context)
  for (const line of keeps ? answer.headers.getSetCookie() : []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    cookies.set(name, value)
  }
  return answer
}

async function repeat(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) await (await send(path ?? '', false)).text()
}

const login = await send('/auth/example/login', true)
await send(await consent(provider, login.headers.get('location') ?? ''), true)
const answer = await send('/me', true)
if (answer.status !== 200) throw new Error(`/me answered ${answer.status}.`)
if (item === 'login') cookies.clear()
await repeat(WARM_UP)

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
await session.post('Profiler.start')
await repeat(REQUESTS)
const { profile } = await session.post('Profiler.stop')

// The time of each function without what it calls.
const times = new Map<string, number>()
const names = new Map(
  profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const file = url.split('/').slice(-2).join('/')
    return [id, `${functionName || '(anonymous)'}  ${file && `${file}:${lineNumber + 1}`}`]
  }),
)
for (const [index, id] of (profile.samples ?? []).entries()) {
  const name = names.get(id) ?? ''
  times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas?.[index] ?? 0))
}
times.delete('(idle)  ')
const whole = [...times.values()].reduce((sum, time) => sum + time, 0)
console.log(`${Math.round(whole / REQUESTS)} µs for each ${item}; of its own time:`)
for (const [name, time] of [...times].sort(([, one], [, other]) => other - one).slice(0, ROWS)) {
  console.log(`${((100 * time) / whole).toFixed(1).padStart(5)} %  ${name}`)
}
