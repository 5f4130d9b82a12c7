/** Opens an authorization URL and allows on the page of the emulator; returns the URL that the app gets. */
export async function allow(
  authorizationUrl: string | URL,
  fields: Readonly<Record<string, string>> = {},
): Promise<URL> {
  const page = await fetch(authorizationUrl)
  const html = await page.text()
  const request = /name="request" value="([^"]+)"/.exec(html)?.[1]
  if (request === undefined) throw new Error(`No consent page, but status ${page.status}: ${html}`)
  const chosen = Object.fromEntries(
    [...html.matchAll(/name="(\w+)" value="([^"]*)" checked/g)].map(([, name, value]) => [name, value]),
  )
  const answer = await fetch(authorizationUrl, {
    method: 'POST',
    body: new URLSearchParams({ request, decision: 'allow', ...chosen, ...fields }),
    redirect: 'manual',
  })
  return new URL(answer.headers.get('Location') ?? '')
}

/** The code that an app gets. */
export const codeOf = (callback: URL): string => callback.searchParams.get('code') ?? ''

/** The error that a call throws. */
export const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )
