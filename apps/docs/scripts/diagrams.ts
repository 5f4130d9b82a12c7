// The three diagrams of the concepts.
import type { Output } from './provider-pages.ts'
import { drawSequence, type Sequence } from './sequence.ts'

const LOGIN: Sequence = {
  name: 'login',
  title: 'One login',
  description:
    'The browser opens the login route. The app answers with a redirect to the provider and a sealed cookie that holds the transaction: state, code verifier and where to return. The person allows the access at the provider. The provider redirects the browser to the callback with a code and the state. The app opens the cookie, compares the state, sends the code once to the token endpoint, seals the tokens and writes them to the store in one write. Then it redirects the browser to the page of the app.',
  columns: ['Browser', 'Your app', 'Store', 'Provider'],
  steps: [
    { phase: '1 · The start: no read and no write' },
    { from: 0, to: 1, text: 'GET /auth/github/login' },
    { at: 1, note: ['makes state and verifier,', 'seals them in a cookie'] },
    { from: 1, to: 0, text: '302 + cookie, 20 minutes', dashed: true },
    { phase: '2 · The consent: at the provider' },
    { from: 0, to: 3, text: 'GET authorization endpoint, with state and challenge' },
    { from: 3, to: 0, text: 'redirect to the callback, with code and state', dashed: true },
    { phase: '3 · The callback: one write' },
    { from: 0, to: 1, text: 'GET /auth/github/callback' },
    { at: 1, note: ['opens the cookie,', 'compares the state'] },
    { from: 1, to: 3, text: 'token request: code, verifier, secret — once' },
    { from: 3, to: 1, text: 'access token, refresh token', dashed: true },
    { from: 1, to: 2, text: 'sealed tokens' },
    { from: 1, to: 0, text: '303 to return_to', dashed: true },
  ],
}

const RENEWAL: Sequence = {
  name: 'renewal',
  title: 'One renewal among many isolates',
  description:
    'Two isolates need a new access token at the same time. Both read the same connection from the store. Isolate A takes the lease by compare-and-swap. Isolate B finds the lease taken and waits. Isolate A sends the one refresh request to the provider, writes the new tokens to the store before it uses them, and frees the lease. Isolate B reads the connection again and finds the new access token. The provider has got one request.',
  columns: ['Isolate B', 'Isolate A', 'Store', 'Provider'],
  steps: [
    { phase: '1 · Both need a new token' },
    { from: 1, to: 2, text: 'read the connection' },
    { from: 0, to: 2, text: 'read the connection' },
    { phase: '2 · One takes the lease' },
    { from: 1, to: 2, text: 'lease: compare and swap' },
    { from: 2, to: 1, text: 'taken', dashed: true },
    { from: 0, to: 2, text: 'lease: compare and swap' },
    { from: 2, to: 0, text: 'another isolate has it', dashed: true },
    { at: 0, note: ['waits, and reads again'] },
    { phase: '3 · One request' },
    { from: 1, to: 3, text: 'refresh token' },
    { from: 3, to: 1, text: 'new tokens', dashed: true },
    { from: 1, to: 2, text: 'new tokens, before their use' },
    { phase: '4 · The other reads the result' },
    { from: 0, to: 2, text: 'read the connection' },
    { from: 2, to: 0, text: 'new access token', dashed: true },
  ],
}

const DISCONNECT: Sequence = {
  name: 'disconnect',
  title: 'One disconnect',
  description:
    'The browser posts the form of the app to the revoke route. The app checks that the request comes from its own pages. It deletes the connection and notes in the same write what is to end at the provider. Then it sends the revocation request. When the provider answers, the note is removed and the outcome is revoked. When the provider fails or takes longer than 1.5 seconds, the answer goes out with the outcome pending, and the request is made again for about six days.',
  columns: ['Browser', 'Your app', 'Store', 'Provider'],
  steps: [
    { phase: '1 · Our copy ends first' },
    { from: 0, to: 1, text: 'POST /auth/connections/:id/revoke' },
    { at: 1, note: ['checks where the', 'request comes from'] },
    { from: 1, to: 2, text: 'delete, and note the revocation' },
    { phase: '2 · Then the grant at the provider' },
    { from: 1, to: 3, text: 'revocation request' },
    { from: 3, to: 1, text: '200', dashed: true },
    { from: 1, to: 2, text: 'remove the note' },
    { from: 1, to: 0, text: '303, outcome: revoked', dashed: true },
    { phase: '3 · If the provider fails, or is slower than 1.5 seconds' },
    { from: 1, to: 0, text: '303, outcome: pending', dashed: true },
    { from: 1, to: 3, text: 'again, for about six days' },
  ],
}

/** The diagrams, as partials of pages. */
export function diagrams(): Output[] {
  return [LOGIN, RENEWAL, DISCONNECT].map((each) => [
    `generated/partials/diagram-${each.name}.md`,
    `${drawSequence(each)}\n`,
  ])
}
