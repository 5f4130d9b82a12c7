// Return addresses that try to leave the origin or to reach the auth routes: some picked by hand, the others
// put together of what is known to confuse readers of URLs. They are the same ones on every run, in the same order.

/** The words of a text; each may hold the escapes of JSON, for white space and characters that do not show. */
const words = (text: string): string[] => Array.from(text.matchAll(/\S+/g), ([word]) => JSON.parse(`"${word}"`))

/** Each text of one list before each of another. */
const pairs = (first: readonly string[], second: readonly string[]): string[] =>
  first.flatMap((one) => second.map((other) => one + other))

/** What looks like the beginning of a path, and is or may become that of an authority. */
const LEADS = words(String.raw`
  // /// /\\ \\/ \\\\ /\\/ //\\ /\\\\/ /\t/ /\n/ /\r\n/ /\t\\ \t// \u0020// /\u0020/ /.// /..// /./\\ /a/..// /%2e// /%2e%2e//
  /.%2E// /%2f /%2F/ /%5c /%5C%5C /%252f /%255c https: https:/ https:// https:/// https:\\\\ HTTPS:\\/ http: ftp://`)

/** The host of an attacker, in the ways to write it. */
const AUTHORITIES = words(String.raw`
  evil.example EVIL.EXAMPLE evil.example. evil%2eexample %65vil.example evil。example ｅｖｉｌ．ｅｘａｍｐｌｅ еvil.example
  xn--vil-xmc.example evil.example:443 evil.example:80 evil.example: evil.example:0443/ app.example@evil.example
  app.example:443@evil.example :@evil.example app.example%40evil.example app.example%00@evil.example a:b@c:d@evil.example
  app.example.evil.example app.example%2eevil.example app.example\\.evil.example evil.example?app.example
  evil.example#app.example evil.example;app.example evil.example/.. evil.example/%2f.. evil.example%2f@app.example`)

/** Addresses instead of names. */
const ADDRESSES = words(`
  127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0 0.0.0.0 １２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1
  169.254.169.254 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [fe80::1%25eth0] 127.0.0.1. 127.0.0.1:80
  [::1]:443 256.256.256.256 127.0.0.1%00.app.example`)

/** The characters that parsers drop, fold or take for the end of something. */
const CODES = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code))
const CONTROLS = CODES.filter((each) => /[^!-~]/.test(each))
const INVISIBLE = words(String.raw`
  \u00a0 \u00ad \u034f \u061c \u115f \u1680 \u180e \u200b \u200c \u200d \u200e \u200f \u2028 \u2029 \u202a \u202e \u205f \u2060
  \u2066 \u3000 \ufe0f \ufeff \ufff9 \ufffd`)
const SLASHES = words(String.raw`
  \u2044 \u2215 \u29f8 \uff0f \u2571 \u3033 \u1735 \u27cb \u29f5 \u29f9 \ufe68 \uff3c \u2216 \u20e5`)
const DOTS = words(String.raw`\u2024 \u2025 \u3002 \uff0e \uff61 \ufe52`)

/** The places where a character does harm if a parser drops it, or reads it as a slash. */
const around = (character: string) =>
  pairs([`${character}//`, `/${character}/`, `/${character}`, `/${character.repeat(2)}`], ['evil.example'])

/** The auth routes, as a router may read them. */
const AUTH = words(String.raw`
  /auth /AUTH /aUtH /%61uth /a%75th /%61%75%74%68 /%41UTH /au%74%48 /./auth /x/../auth /x/%2e%2e/auth /%2e/auth /../auth
  /x/y/../../auth /.%2e/auth /auth/. /auth/x/.. /auth%2f /auth/%2e /auth; //app.example/auth /\tauth /au\nth`)
const ROUTES = words(`
  / ? # /webflow/login /webflow/login?return_to=//evil.example /connections /webflow/callback?code=x&state=y /wix/login#x
  //webflow/login /WEBFLOW/LOGIN /%77ebflow/%6cogin`)

/** What ends a header and begins another, in the ways to write a line end. */
const LINE_ENDS = words(String.raw`
  \r\n \n \r \r\n\r\n \r\n\u0020 \u0085 \u2028 %0d%0a %0D%0A%20 %0a %0d %250d%250a %c0%8d%c0%8a %e5%98%8a%e5%98%8d 嘍嘊
  %u000d%u000a \\r\\n %00%0d%0a`)
const HEADERS = words(String.raw`
  Location:\u0020https://evil.example Set-Cookie:\u0020__Host-oauth-session=x X:\u0020y <script>alert(1)</script>
  HTTP/1.1\u0020200\u0020OK Refresh:0;url=//evil.example`)

const SCHEMES = words(String.raw`
  javascript JAVASCRIPT java\tscript java\nscript \u0020javascript \u0001javascript data vbscript blob file filesystem jar about
  ws gopher intent x-y+z.1`)
const AFTER_SCHEME = words(String.raw`
  :alert(1) ://evil.example :/evil.example :\\\\evil.example %3Aalert(1) &colon;x`)

// Longer than any address of a page.
const LONG_LENGTH = 1200
const LONG = words(String.raw`a / // \\ ../ .// %2f % ä \t @ ? # a/../ %2e%2e/ 🙂`)

/** By what they try. */
export const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  'another authority': words(`
    //evil.example ///evil.example ////evil.example /////evil.example/%2f.. //evil.example/%2e%2e //evil.example//
    //evil.example?/ //evil.example#/ //evil.example:443/ //evil%2eexample //evil。example //evil．example //[::1]
    //[::ffff:127.0.0.1]/ //0x7f000001 //2130706433 //0 //localhost //xn--evil-e6a.example // ///`),
  backslashes: words(String.raw`
    \\\\evil.example \\evil.example /\\evil.example /\\/evil.example \\/evil.example \\/\\/evil.example /\\\\evil.example
    //\\evil.example /a\\..\\..\\\\evil.example /a/..\\\\evil.example /.\\/evil.example /\\.\\evil.example /%5cevil.example
    /%5c/evil.example /%5c%5cevil.example /%2f%5cevil.example /%255cevil.example /＼evil.example /?\\evil.example`),
  'tabs and line ends': words(String.raw`
    /\t/evil.example /\n/evil.example /\r/evil.example /\r\n/evil.example \t//evil.example \n//evil.example \r\n//evil.example
    /\t\t//evil.example /\n\\evil.example //\tevil.example /%09/evil.example /%0a/evil.example /%0d/evil.example
    /%0d%0a/evil.example /%0d%0aLocation:%20https://evil.example /\r\nLocation:\u0020https://evil.example
    /a\r\nSet-Cookie:\u0020a=b /a\nX-Evil:\u00201 /%0d%0a%0d%0a<script>alert(1)</script> /%E5%98%8A%E5%98%8DSet-Cookie:%20a=b
    /嘊嘍Set-Cookie:\u0020a=b /\u0085/evil.example /\u000b/evil.example /\f/evil.example /a\t java\tscript:alert(1)
    java\nscript:alert(1)`),
  'dot segments': words(String.raw`
    /.//evil.example /..//evil.example /../..//evil.example /a/..//evil.example /a/b/../..//evil.example /././/evil.example
    /%2e//evil.example /%2E%2e//evil.example /%2e%2e//evil.example /.%2e//evil.example /a/%2e%2e//evil.example /.///evil.example
    /..///evil.example /./\\evil.example /%252e%252e//evil.example /%2e%2f/evil.example /;/../..//evil.example .//evil.example
    ..//evil.example .// . ..`),
  'spaces and odd characters': words(String.raw`
    \u0020//evil.example /\u0020/evil.example /\u0020//evil.example //evil.example\u0020 \u0020https://evil.example
    \u0000//evil.example /\u0000/evil.example /\u0001/evil.example /\u007f/evil.example /\u00a0/evil.example
    /\u00ad/evil.example /\u200b/evil.example /\u200e/evil.example /\u202e/evil.example /\u2028/evil.example
    /\u2029/evil.example /\u2060/evil.example /\u3000/evil.example /\ufeff/evil.example \ufeff//evil.example /∕evil.example
    /\u2044evil.example /／evil.example ／／evil.example /\ud800/evil.example /\udfff /%00/evil.example /%ff/evil.example
    /%c0%af/evil.example /%c0%afevil.example /%e0%80%af/evil.example /%ed%a0%80 /% /%zz /%u002fevil.example /%2`),
  schemes: words(String.raw`
    https://evil.example http://evil.example HTTPS://EVIL.EXAMPLE https:evil.example https:/evil.example https:///evil.example
    https:\\\\evil.example http:\\evil.example ftp://evil.example ws://evil.example javascript:alert(1) JavaScript:alert(1)
    javascript://app.example/%0aalert(1) javascript:/*//*/alert(1) data:text/html,<script>alert(1)</script>
    data:text/html;base64,PHNjcmlwdD4= vbscript:msgbox(1) blob:https://app.example/1 file:///etc/passwd about:blank
    view-source:https://evil.example mailto:a@evil.example tel:1 intent://evil.example#Intent;end web+x://evil.example
    /javascript:alert(1) /https://evil.example x ?a=b #a @evil.example :443`).concat(''),
  'userinfo and look-alikes': words(String.raw`
    https://app.example@evil.example https://app.example:443@evil.example https://app.example%40evil.example
    https://app.example.evil.example https://app.example. https://app.example:8443/ https://app.example\\@evil.example
    https://app.example#@evil.example https://app.example?@evil.example https://evil.example/app.example
    https://evil.example?app.example https://ａｐｐ.example.evil.example https://app.example/ http://app.example/
    //app.example@evil.example //app.example:x@evil.example //app.example/ //user:pass@app.example/ /@evil.example
    /:@evil.example /:80@evil.example/ /.evil.example .evil.example /;@evil.example /;//evil.example /?//evil.example
    /#//evil.example /?next=https://evil.example /<>//evil.example /\"onmouseover=\"alert(1) /'><script>alert(1)</script>
    /{{7*7}} /$%7Bjndi:ldap://evil.example%7D`),
  'the auth routes': words(`
    /auth /auth/ /auth?x /auth#x /auth/logout /auth/connections /auth/webflow/login
    /auth/webflow/login?return_to=/auth/webflow/login /auth/webflow/callback?code=x&state=y /auth//webflow/login
    /auth/./webflow/login /auth/../auth/webflow/login /./auth/webflow/login /x/../auth/webflow/login /%2e/auth/webflow/login
    /x/%2e%2e/auth/webflow/login /AUTH/webflow/login /Auth/Webflow/Login /%61uth/webflow/login /%61%75%74%68/webflow/login
    /aut%68 /aut%48/webflow/login /auth%2fwebflow%2flogin /auth%2Fwebflow/login /auth/%ff /auth/%E0%A4%A/login /%61uth/%ff
    /%61uth/%ff/login /%61uth/webflow/%E0%A4%A /aut%68/%c0%af/callback?code=x`),
  'leads to names': pairs(LEADS, AUTHORITIES),
  'leads to addresses': pairs(words(String.raw`// /\\ /\t/ /.// /%2f https:// http:`), ADDRESSES),
  'dropped characters': CONTROLS.flatMap(around),
  'invisible characters': INVISIBLE.flatMap(around),
  'slashes that are none': SLASHES.flatMap(around),
  'dots that are none': DOTS.flatMap((dot) => pairs([`/${dot}${dot}/`], ['evil.example', '/evil.example'])),
  'ways to the auth routes': pairs(AUTH, ['', ...ROUTES]),
  'header injection': pairs(pairs(['/page'], LINE_ENDS), HEADERS),
  'other schemes': pairs(SCHEMES, AFTER_SCHEME),
  'long values': LONG.flatMap((unit) => pairs([`/${unit.repeat(LONG_LENGTH / unit.length)}`], ['', '/evil.example'])),
}
