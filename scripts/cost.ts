// Prints what a hostile request without credentials costs beside a plain one to the same route: `pnpm run cost`.
// CPU time of the whole process, so that work of other threads counts too; the rounds of all requests alternate, so
// that a busy machine slows all of them alike.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { oidc } from '../packages/hono-oauth/src/providers/oidc/index.ts'
import { webflow } from '../packages/hono-oauth/src/providers/webflow/index.ts'
import { wix } from '../packages/hono-oauth/src/providers/wix/index.ts'
import { createOAuth } from '../packages/hono-oauth/src/index.ts'
import { memoryStore } from '../packages/hono-oauth/src/stores/memory.ts'

const ROUNDS = Number(process.argv[2] ?? 15)
const BATCH = 12
const ORIGIN = 'https://app.example'
const ISSUER = 'https://issuer.example'
const KIB = 1024

/** What is measured; the first request of a group is the plain one. */
interface Group {
  readonly title: string
  readonly requests: Readonly<Record<string, () => Request | Promise<Request>>>
  /** The highest ratio, by the name of a request; 10 for all others. */
  readonly limits?: RegExp
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
function jwt(claims: object, header: object = {}, signature?: string): string {
  const signed = `${base64({ alg: 'RS256', ...header })}.${base64(claims)}`
  return `${signed}.${signature ?? sign('sha256', Buffer.from(signed), rsa.privateKey).toString('base64url')}`
}

/** The issuer: what it answers is set before each request. */
const issuer = { keys: [] as unknown[], header: {}, claims: {}, signature: undefined as string | undefined }
const nonces = new Map<string, string>()

function answerOf(url: URL, init: RequestInit): unknown {
  if (url.pathname.endsWith('openid-configuration')) {
    const endpoints = { authorization_endpoint: '/authorize', token_endpoint: '/token', jwks_uri: '/keys' }
    return {
      issuer: ISSUER,
      ...Object.fromEntries(Object.entries(endpoints).map(([name, path]) => [name, ISSUER + path])),
    }
  }
  if (url.pathname === '/keys') return { keys: issuer.keys }
  const nonce = nonces.get(new URLSearchParams(String(init.body)).get('code') ?? '')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: ISSUER, aud: 'client', sub: 'ada', iat: now, exp: now + 300, nonce, ...issuer.claims }
  return {
    access_token: 'token',
    token_type: 'Bearer',
    expires_in: 3600,
    id_token: jwt(claims, issuer.header, issuer.signature),
  }
}

const KEYS = randomBytes(32).toString('base64')
const WEBFLOW = { clientId: 'client', clientSecret: 'secret', scopes: ['sites:read'] } as const
const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const createApp = () => {
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: KEYS,
    store: memoryStore(),
    fetch: async (url: string, init: RequestInit) => Response.json(answerOf(new URL(url), init)),
    providers: {
      webflow: webflow({ ...WEBFLOW, webhookSecrets: ['another'] }),
      wix: wix({ appId: 'app', appSecret: 'secret', publicKey: [publicKey, publicKey] }),
      oidc: oidc({ issuer: ISSUER, clientId: 'client', clientSecret: 'secret' }),
    },
  }))
  // The workspace itself has no Hono to import.
  const Hono = oauth.routes.constructor as new () => typeof oauth.routes
  return new Hono().route('/auth', oauth.routes)
}
const app = createApp()
const repeated = (text: (index: number) => string, length: number, join = '; ') => {
  const parts: string[] = []
  for (let index = 0, size = 0; size < length; index++) {
    parts.push(text(index))
    size += text(index).length + join.length
  }
  return parts.join(join)
}

// The key's own header, which anyone has who was ever given a cookie.
const login = await app.request('/auth/webflow/login')
const [sealed = ''] = login.headers.getSetCookie()[0]?.split('=')[1]?.split(';') ?? []
const [header = ''] = sealed.split('.')
const SESSION = '__Host-oauth-session-webflow'
const flow = (index: number) => `__Host-oauth-tx-1-${String(index).padStart(16, 'f')}`
const decoy = (length: number) =>
  `${header}.${'A'.repeat(16)}.${'A'.repeat(length - 88 - header.length)}.${'A'.repeat(22)}`
const COOKIES: Readonly<Record<string, string | undefined>> = {
  'no cookies': undefined,
  '8 KB of tiny cookies': repeated((index) => `a${index}=b`, 8 * KIB),
  '8 KB in two cookies': repeated((index) => `a${index}=${'%41'.repeat(1300)}`, 7 * KIB),
  '8 KB of sessions': repeated((index) => `${SESSION}${index || ''}=${'A.'.repeat(1900)}`, 7 * KIB),
  '8 KB of logins': repeated((index) => `${flow(index)}=x`, 8 * KIB),
  'a forged session': `${SESSION}=${decoy(4000)}`,
  'three forged sessions': ['webflow', 'wix', 'oidc']
    .map((name) => `__Host-oauth-session-${name}=${decoy(2500)}`)
    .join('; '),
  'a session of 100 KB': `${SESSION}=${decoy(100_000)}`,
  '30,000 tiny cookies': Array.from({ length: 30_000 }, (_, index) => `a${index}=b`).join('; '),
  '30,000 sessions': Array.from({ length: 30_000 }, () => `${SESSION}=b`).join('; '),
  '30,000 logins': Array.from({ length: 30_000 }, (_, index) => `${flow(index)}=x`).join('; '),
}
const withCookies = (path: string) =>
  Object.fromEntries(
    Object.entries(COOKIES).map(([name, cookie]) => [
      name,
      () => new Request(`${ORIGIN}${path}`, cookie === undefined ? {} : { headers: { cookie } }),
    ]),
  )

const bytes = (text: string) => new TextEncoder().encode(text)
/** A body of unknown length, in pieces. */
const streamed = (body: Uint8Array, piece = 64 * KIB) => {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(body.subarray(offset, offset + piece))
      offset += piece
      if (offset >= body.length) controller.close()
    },
  })
}
const posted = (path: string, body: Uint8Array, headers: Record<string, string>, piece?: number) => () =>
  new Request(`${ORIGIN}${path}`, {
    method: 'POST',
    body: streamed(body, piece),
    headers,
    duplex: 'half',
  } as RequestInit)
const forgedJwt = (length: number) => {
  const [head = '', , signature = ''] = jwt({}).split('.')
  return `${head}.${'A'.repeat(Math.floor(length / 4) * 4 - 400)}.${signature}`
}
const shapes = (path: string, small: string, large: (length: number) => string, headers = {}) => {
  const post = (text: string, piece?: number) => posted(path, bytes(text), headers, piece)
  return {
    'a small body': post(small),
    'the largest body': post(large(LARGEST)),
    '1 MiB': post(large(KIB * KIB)),
    '10 MiB': post(large(10 * KIB * KIB)),
    '1 MiB of dots': post('.'.repeat(KIB * KIB)),
    '1 MiB of brackets': post('['.repeat(KIB * KIB)),
    '1 MiB of three-byte characters': post('€'.repeat(350_000)),
    '1 MiB that is not UTF-8': posted(path, new Uint8Array(KIB * KIB).fill(255), headers),
    'one byte at a time': post(large(LARGEST), 1),
  }
}
const LARGEST = 511 * KIB
const signature = { 'x-webflow-timestamp': String(Date.now()), 'x-webflow-signature': 'a'.repeat(64) }

/** A callback of the issuer with these keys and this token. */
function callbacks(set: () => Partial<typeof issuer>) {
  const own = createApp()
  return async () => {
    Object.assign(issuer, { header: {}, claims: {}, signature: undefined }, set())
    const begun = await own.request('/auth/oidc/login')
    const query = new URL(begun.headers.get('location') ?? '').searchParams
    const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const code = randomBytes(8).toString('hex')
    nonces.set(code, query.get('nonce') ?? '')
    const request = new Request(`${ORIGIN}/auth/oidc/callback?code=${code}&state=${query.get('state')}`, {
      headers: { cookie },
    })
    return Object.assign(request, { at: own, issuer: { ...issuer } })
  }
}
const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k' }
const big = (length: number, byte = 255) => Buffer.alloc(length, byte).toString('base64url')
/** A key of so many bytes, with a signature of its length. */
const hugeKey = (length: number, e = 'AQAB') =>
  callbacks(() => ({ keys: [{ ...jwk, n: big(length), e }], signature: big(length, 127) }))
const other = () => ({ kty: 'RSA', n: big(256), e: 'AQAB', kid: 'k' })

const GROUPS: readonly Group[] = [
  { title: 'GET /auth/connections', requests: withCookies('/auth/connections'), limits: /^8 KB/ },
  { title: 'GET /auth/webflow/login', requests: withCookies('/auth/webflow/login'), limits: /^8 KB/ },
  {
    title: 'GET /auth/webflow/callback',
    requests: withCookies(`/auth/webflow/callback?code=c&state=${'s'.repeat(43)}`),
    limits: /^8 KB/,
  },
  {
    title: 'POST /auth/webflow/callback',
    requests: {
      'a small form': posted('/auth/webflow/callback', bytes('code=c&state=s'), FORM()),
      '10 MiB': posted('/auth/webflow/callback', bytes('a=b&'.repeat(2.5 * KIB * KIB)), FORM()),
    },
  },
  {
    title: 'POST /auth/webflow/webhook',
    requests: shapes('/auth/webflow/webhook', '{}', (length) => 'x'.repeat(length), signature),
  },
  { title: 'POST /auth/wix/webhook', requests: shapes('/auth/wix/webhook', forgedJwt(1000), forgedJwt) },
  {
    title: 'GET /auth/oidc/callback',
    requests: {
      'an ordinary ID token': callbacks(() => ({ keys: [jwk] })),
      '60 KB of claims': callbacks(() => ({ keys: [jwk], claims: { x: '['.repeat(44 * KIB) } })),
      '100 keys of one id': callbacks(() => ({ keys: Array.from({ length: 100 }, other), header: { kid: 'k' } })),
      '100 keys, no id in the token': callbacks(() => ({ keys: Array.from({ length: 100 }, other) })),
      'a key of 16,384 bits': hugeKey(2048),
      'an exponent of 3072 bits': hugeKey(384, big(383)),
      'an exponent of 16,384 bits': hugeKey(2048, big(2047)),
      'ten keys of 8192 bits': callbacks(() => ({
        keys: Array.from({ length: 10 }, () => ({ ...jwk, n: big(1024) })),
        signature: big(1024, 127),
      })),
    },
  },
]
function FORM() {
  return { 'content-type': 'application/x-www-form-urlencoded' }
}

type Made = Request & { readonly at?: typeof app; readonly issuer?: object }

/** The CPU time of one request, in microseconds, and the status of its answer. */
async function measure(make: () => Request | Promise<Request>): Promise<[number, number]> {
  let total = 0
  let status = 0
  for (let index = 0; index < BATCH; index++) {
    const request: Made = await make()
    Object.assign(issuer, request.issuer)
    const before = process.cpuUsage()
    const answer = await (request.at ?? app).fetch(request)
    await answer.text()
    const { user, system } = process.cpuUsage(before)
    total += user + system
    status = answer.status
  }
  return [total / BATCH, status]
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const times = new Map<string, number[]>()
const statuses = new Map<string, number>()
for (let round = -1; round < ROUNDS; round++) {
  for (const { title, requests } of GROUPS) {
    for (const [name, make] of Object.entries(requests)) {
      const key = `${title} ${name}`
      const [time, status] = await measure(make)
      statuses.set(key, status)
      // The first round warms up.
      if (round >= 0) times.set(key, [...(times.get(key) ?? []), time])
    }
  }
}
let isOver = false
for (const { title, requests, limits } of GROUPS) {
  console.log(`\n${title}`)
  const [plain = ''] = Object.keys(requests)
  const base = median(times.get(`${title} ${plain}`) ?? [])
  for (const name of Object.keys(requests)) {
    const time = median(times.get(`${title} ${name}`) ?? [])
    const limit = limits?.test(name) ? 2 : 10
    const over = time / base > limit
    isOver ||= over
    const cells = [
      `${(time / base).toFixed(1)} x`.padStart(9),
      `${time.toFixed(0)} µs`.padStart(10),
      statuses.get(`${title} ${name}`),
    ]
    console.log(...cells, name, over ? `(more than ${limit} x)` : '')
  }
}
process.exitCode = isOver ? 1 : 0
