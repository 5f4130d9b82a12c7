// Return addresses that are put together of what is generally known to confuse those who read URLs. The
// same ones on every run, in the same order.

/** Every pair of two lists, as texts. */
function pairs(
  first: readonly string[],
  second: readonly string[],
  join = (one: string, other: string) => one + other,
): string[] {
  return first.flatMap((one) => second.map((other) => join(one, other)))
}

/** What looks like the beginning of a path, and is or may become that of an authority. */
const LEADS = [
  ...['//', '///', '/\\', '\\/', '\\\\', '/\\/', '//\\', '/\\\\/'],
  ...['/\t/', '/\n/', '/\r\n/', '/\t\\', '\t//', ' //', '/ /'],
  ...['/.//', '/..//', '/./\\', '/a/..//', '/%2e//', '/%2e%2e//', '/.%2E//'],
  ...['/%2f', '/%2F/', '/%5c', '/%5C%5C', '/%252f', '/%255c'],
  ...['https:', 'https:/', 'https://', 'https:///', 'https:\\\\', 'HTTPS:\\/', 'http:', 'ftp://'],
]

/** Somebody else's host, in the ways to write one. */
const AUTHORITIES = [
  ...['evil.example', 'EVIL.EXAMPLE', 'evil.example.', 'evil%2eexample', '%65vil.example'],
  ...['evil。example', 'ｅｖｉｌ．ｅｘａｍｐｌｅ', 'еvil.example', 'xn--vil-xmc.example'],
  ...['evil.example:443', 'evil.example:80', 'evil.example:', 'evil.example:0443/'],
  ...['app.example@evil.example', 'app.example:443@evil.example', ':@evil.example'],
  ...['app.example%40evil.example', 'app.example%00@evil.example', 'a:b@c:d@evil.example'],
  ...['app.example.evil.example', 'app.example%2eevil.example', 'app.example\\.evil.example'],
  ...['evil.example?app.example', 'evil.example#app.example', 'evil.example;app.example'],
  ...['evil.example/..', 'evil.example/%2f..', 'evil.example%2f@app.example'],
]

/** Addresses instead of names. */
const ADDRESSES = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1'],
  ...[
    '017700000001',
    '0',
    '0.0.0.0',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '169.254.169.254',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fe80::1%25eth0]',
  ],
  ...['127.0.0.1.', '127.0.0.1:80', '[::1]:443', '256.256.256.256', '127.0.0.1%00.app.example'],
]

/** The characters that parsers drop, fold or take for the end of something. */
const CONTROLS = [
  ...Array(0x21).keys(),
  0x7f,
  ...Array.from({ length: 0x20 }, (_, i) => 0x80 + i),
].map((code) => String.fromCharCode(code))
const INVISIBLE = [
  ...'\u00a0\u00ad\u034f\u061c\u115f\u1680\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u205f\u2060\u2066\u3000\ufe0f\ufeff\ufff9\ufffd',
]
const SLASHES = [
  ...'\u2044\u2215\u29f8\uff0f\u2571\u3033\u1735\u27cb\u29f5\u29f9\ufe68\uff3c\u2216\u20e5',
]
const DOTS = [...'\u2024\u2025\u3002\uff0e\uff61\ufe52']

/** Where a character does harm if somebody drops it, or reads it as a slash. */
const around = (character: string) => [
  `${character}//evil.example`,
  `/${character}/evil.example`,
  `/${character}evil.example`,
  `/${character}${character}evil.example`,
]

/** The auth routes, as a router may read them. */
const AUTH = [
  ...['/auth', '/AUTH', '/aUtH', '/%61uth', '/a%75th', '/%61%75%74%68', '/%41UTH', '/au%74%48'],
  ...[
    '/./auth',
    '/x/../auth',
    '/x/%2e%2e/auth',
    '/%2e/auth',
    '/../auth',
    '/x/y/../../auth',
    '/.%2e/auth',
  ],
  ...[
    '/auth/.',
    '/auth/x/..',
    '/auth%2f',
    '/auth/%2e',
    '/auth;',
    '//app.example/auth',
    '/\tauth',
    '/au\nth',
  ],
]
const ROUTES = [
  ...[
    '',
    '/',
    '?',
    '#',
    '/webflow/login',
    '/webflow/login?return_to=//evil.example',
    '/connections',
  ],
  ...[
    '/webflow/callback?code=x&state=y',
    '/wix/login#x',
    '//webflow/login',
    '/WEBFLOW/LOGIN',
    '/%77ebflow/%6cogin',
  ],
]

/** What ends a header and begins another, in the ways to write a line end. */
const LINE_ENDS = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\r\n ',
    '\u0085',
    '\u2028',
    '%0d%0a',
    '%0D%0A%20',
    '%0a',
    '%0d',
  ],
  ...[
    '%250d%250a',
    '%c0%8d%c0%8a',
    '%e5%98%8a%e5%98%8d',
    '嘍嘊',
    '%u000d%u000a',
    '\\r\\n',
    '%00%0d%0a',
  ],
]
const HEADERS = [
  ...['Location: https://evil.example', 'Set-Cookie: __Host-oauth-session=x', 'X: y'],
  ...['<script>alert(1)</script>', 'HTTP/1.1 200 OK', 'Refresh:0;url=//evil.example'],
]

const SCHEMES = [
  ...[
    'javascript',
    'JAVASCRIPT',
    'java\tscript',
    'java\nscript',
    ' javascript',
    '\u0001javascript',
  ],
  ...[
    'data',
    'vbscript',
    'blob',
    'file',
    'filesystem',
    'jar',
    'about',
    'ws',
    'gopher',
    'intent',
    'x-y+z.1',
  ],
]
const AFTER_SCHEME = [
  ':alert(1)',
  '://evil.example',
  ':/evil.example',
  ':\\\\evil.example',
  '%3Aalert(1)',
  '&colon;x',
]

// Longer than any address of a page.
const LONG_LENGTH = 1200
const LONG = [
  'a',
  '/',
  '//',
  '\\',
  '../',
  './/',
  '%2f',
  '%',
  'ä',
  '\t',
  '@',
  '?',
  '#',
  'a/../',
  '%2e%2e/',
  '\ud83d\ude42',
]

/** Combinations, by what they try. */
export const COMBINED: Readonly<Record<string, readonly string[]>> = {
  'leads to names': pairs(LEADS, AUTHORITIES),
  'leads to addresses': pairs(
    ['//', '/\\', '/\t/', '/.//', '/%2f', 'https://', 'http:'],
    ADDRESSES,
  ),
  'dropped characters': CONTROLS.flatMap(around),
  'invisible characters': INVISIBLE.flatMap(around),
  'slashes that are none': SLASHES.flatMap(around),
  'dots that are none': pairs(
    DOTS,
    ['/evil.example', '//evil.example'],
    (dot, rest) => `/${dot}${dot}${rest}`,
  ),
  'ways to the auth routes': pairs(AUTH, ROUTES),
  'header injection': pairs(LINE_ENDS, HEADERS, (end, header) => `/page${end}${header}`),
  'other schemes': pairs(SCHEMES, AFTER_SCHEME),
  'long values': pairs(
    LONG,
    ['', '/evil.example'],
    (unit, end) => `/${unit.repeat(LONG_LENGTH / unit.length)}${end}`,
  ),
}
