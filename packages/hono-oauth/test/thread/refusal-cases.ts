interface LoginRefusal {
  readonly title: string
  readonly path: string
  readonly init: RequestInit
  readonly status: number
  readonly code: string
}

const NOT_NAVIGATION = { status: 403, code: 'request_not_navigation' } as const
const NOT_ALLOWED = { status: 405, code: 'method_not_allowed' } as const
const LOGIN = '/auth/webflow/login'

/** Requests that must start nothing. */
export const LOGIN_REFUSALS: readonly LoginRefusal[] = [
  ...['/auth/webflwo/login', '/auth/connections/login', '/auth/__proto__/login'].map((path) => ({
    title: `unknown provider ${path}`,
    path,
    init: {},
    status: 404,
    code: 'provider_unknown',
  })),
  ...['constructor', '%E0%A4%A', 'webflow%00'].map((name) => ({
    title: `unknown provider ${name}`,
    path: `/auth/${name}/callback?code=a&state=b`,
    init: {},
    status: 404,
    code: 'provider_unknown',
  })),
  ...['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) => ({
    title: `${method} of the login`,
    path: LOGIN,
    init: { method },
    ...NOT_ALLOWED,
  })),
  ...['/auth/connections/some-id/revoke', '/auth/connections'].map((path) => ({
    title: `HEAD ${path}`,
    path,
    init: { method: 'HEAD' },
    ...NOT_ALLOWED,
  })),
  { title: 'GET of revoke', path: '/auth/connections/some-id/revoke', init: {}, ...NOT_ALLOWED },
  ...['image', 'iframe', 'frame', 'embed', 'script', 'empty'].map((destination) => ({
    title: `login for a ${destination}`,
    path: LOGIN,
    init: { headers: { 'sec-fetch-dest': destination } },
    ...NOT_NAVIGATION,
  })),
  ...['prefetch', 'prefetch;prerender'].map((purpose) => ({
    title: `login as a ${purpose}`,
    path: LOGIN,
    init: { headers: { 'sec-purpose': purpose } },
    ...NOT_NAVIGATION,
  })),
  {
    title: "HEAD of the app's own login",
    path: '/invitation',
    init: { method: 'HEAD' },
    ...NOT_NAVIGATION,
  },
  {
    title: "a prefetch of the app's own login",
    path: '/invitation',
    init: { headers: { 'sec-purpose': 'prefetch' } },
    ...NOT_NAVIGATION,
  },
  {
    title: 'data of the app that no cookie holds',
    path: '/invitation?large=1',
    init: {},
    status: 500,
    code: 'context_too_large',
  },
  {
    title: 'a resource without a connection',
    path: '/sites',
    init: {},
    status: 401,
    code: 'not_connected',
  },
]

interface CallbackFault {
  readonly title: string
  /** Edits the callback of a login; `other` is that of a second one in the same browser. */
  readonly edit?: (callback: URL, other: URL) => string | undefined
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly status: number
  readonly code: string
  /** Whether the transaction is used up by it. */
  readonly used: boolean
}

const INVALID = { status: 400, code: 'authorization_response_invalid', used: true } as const
const UNKNOWN = { status: 400, code: 'transaction_unknown', used: false } as const

/** Callbacks that must end without a token request. */
export const CALLBACK_FAULTS: readonly CallbackFault[] = [
  { title: 'an empty state', edit: set('state', ''), ...UNKNOWN, code: 'state_missing' },
  { title: 'a forged state', edit: set('state', 'A'.repeat(43)), ...UNKNOWN },
  { title: 'an edited state', edit: editState, ...UNKNOWN },
  { title: 'a state that is a prefix', edit: cutState, ...UNKNOWN },
  { title: 'a huge state', edit: set('state', 'a'.repeat(8000)), ...UNKNOWN },
  { title: 'two states', edit: repeat('state'), ...INVALID, used: false },
  { title: 'the states of two logins', edit: bothStates, ...INVALID, used: false },
  { title: 'the path of another provider', edit: otherProvider, ...UNKNOWN, used: true },
  { title: 'no code', edit: remove('code'), ...INVALID },
  { title: 'an error without state', edit: errorWithoutState, ...UNKNOWN, code: 'state_missing' },
  { title: 'neither code nor state', edit: bare, ...UNKNOWN, code: 'state_missing' },
  { title: 'an empty code', edit: set('code', ''), ...INVALID },
  { title: 'two codes', edit: repeat('code'), ...INVALID },
  { title: 'a code of 9 KB', edit: set('code', 'c'.repeat(9000)), ...INVALID },
  { title: 'a foreign iss', edit: set('iss', 'https://evil.example'), ...INVALID },
  { title: 'an iss with a slash', edit: set('iss', 'https://webflow.com/'), ...INVALID },
  { title: 'an iss in capitals', edit: set('iss', 'https://WEBFLOW.com'), ...INVALID },
  { title: 'two iss', edit: twice('iss', 'https://webflow.com'), ...INVALID },
  { title: 'an ID token in the query', edit: set('id_token', 'e.y.J'), ...INVALID },
  { title: 'a token in the query', edit: set('token', 'evil'), ...INVALID },
  { title: 'a JARM response', edit: set('response', 'e.y.J'), ...INVALID },
  { title: 'two errors', edit: twice('error', 'access_denied'), ...INVALID },
  {
    title: 'a denied consent',
    edit: set('error', 'access_denied'),
    ...INVALID,
    code: 'access_denied',
  },
  {
    title: 'an error of the provider',
    edit: set('error', 'temporarily_unavailable'),
    ...INVALID,
    code: 'authorization_failed',
  },
  {
    title: 'an error and a foreign iss',
    edit: (url) => {
      url.searchParams.set('error', 'access_denied')
      return set('iss', 'https://evil.example')(url)
    },
    ...INVALID,
  },
  {
    title: 'an error and a forged state',
    edit: (url) => {
      url.searchParams.set('error', 'access_denied')
      return set('state', 'A'.repeat(43))(url)
    },
    ...UNKNOWN,
  },
  {
    title: 'a broken encoding',
    edit: (url) => `${url.pathname}?code=%E0%A4%A&state=%ff`,
    ...UNKNOWN,
  },
  { title: 'HEAD', method: 'HEAD', ...NOT_ALLOWED, used: false },
  { title: 'POST', method: 'POST', ...NOT_ALLOWED, used: false },
  ...['iframe', 'image', 'empty'].map((destination) => ({
    title: `the destination ${destination}`,
    headers: { 'sec-fetch-dest': destination },
    ...NOT_NAVIGATION,
    used: false,
  })),
  { title: 'a prefetch', headers: { 'sec-purpose': 'prefetch' }, ...NOT_NAVIGATION, used: false },
]

function set(name: string, value: string) {
  return (url: URL) => {
    url.searchParams.set(name, value)
    return url.href
  }
}

function remove(name: string) {
  return (url: URL) => {
    url.searchParams.delete(name)
    return url.href
  }
}

function repeat(name: string) {
  return (url: URL) => {
    url.searchParams.append(name, url.searchParams.get(name) ?? '')
    return url.href
  }
}

function twice(name: string, value: string) {
  return (url: URL) => {
    url.searchParams.append(name, value)
    return repeat(name)(url)
  }
}

function errorWithoutState(url: URL): string {
  return `${url.pathname}?code=abc&error=access_denied`
}

function bare(url: URL): string {
  return url.pathname
}

function editState(url: URL): string {
  const state = url.searchParams.get('state') ?? ''
  return set('state', `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`)(url)
}

function cutState(url: URL): string {
  return set('state', (url.searchParams.get('state') ?? '').slice(0, 20))(url)
}

function bothStates(url: URL, other: URL): string {
  url.searchParams.append('state', other.searchParams.get('state') ?? '')
  return url.href
}

function otherProvider(url: URL): string {
  return url.href.replace('/auth/webflow/', '/auth/other/')
}
