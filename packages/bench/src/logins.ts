import { type Answer, type Browser, ORIGIN } from './browser.ts'

/** Begins a login; resolves with the address at the provider. */
export type Login = (browser: Browser) => Promise<string>

/** A link that answers with a redirect to the provider. */
export const byLink =
  (path: string): Login =>
  async (browser) => {
    return locationOf(await browser.send(path))
  }

/** Auth.js asks for its CSRF token first, and takes it in a form. */
export const byAuthJsForm: Login = async (browser) => {
  const { body } = await browser.send('/api/auth/csrf')
  const { csrfToken } = JSON.parse(body) as { csrfToken: string }
  const answer = await browser.send('/api/auth/signin/example', {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken, callbackUrl: '/' }).toString(),
  })
  return locationOf(answer)
}

/** better-auth takes JSON, and answers with the address in JSON. */
export const byBetterAuthClient: Login = async (browser) => {
  const { body } = await browser.send('/api/auth/sign-in/social', {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'example', callbackURL: '/' }),
  })
  return (JSON.parse(body) as { url: string }).url
}

function locationOf({ status, headers, body }: Answer): string {
  if (!headers.location) throw new Error(`A login answered ${status}: ${body}`)
  return headers.location
}
