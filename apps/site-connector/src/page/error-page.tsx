import type { Context } from 'hono'
import type { OAuthError } from 'hono-oauth'
import { messagePage } from './layout.tsx'
import { platformTitle } from './wording.ts'

/** Shows an error in the style of this app; a program gets the JSON of the library. */
export function showError(c: Context, error: OAuthError): Response | Promise<Response> | undefined {
  if (!c.req.header('accept')?.includes('text/html') || error.code === 'configuration_invalid') return undefined
  const { title, message, advice, loginUrl, provider, status } = error
  const told = message === title ? [advice] : [message, advice]
  const links = (
    <>
      {loginUrl && (
        <a class="button" href={loginUrl}>
          {provider ? `Connect ${platformTitle(provider)}` : 'Start again'}
        </a>
      )}
      <a href="/">Back to your accounts</a>
    </>
  )
  return c.html(messagePage(title, told, links), status)
}
