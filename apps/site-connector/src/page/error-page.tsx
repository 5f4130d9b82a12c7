import type { Context } from 'hono'
import type { Child } from 'hono/jsx'
import type { OAuthError } from 'hono-oauth'
import { isLocal } from '../local-address.ts'
import { setPageHeaders } from '../middleware.ts'
import { namingPlatform, platformTitle } from '../platforms.ts'
import { messagePage } from './layout.tsx'

/** Whether a person asks; a program gets the JSON of the library. */
export function wantsPage(c: Context): boolean {
  return c.req.header('accept')?.includes('text/html') ?? false
}

/** Shows an error in the style of this app. */
export function showError(c: Context, error: OAuthError): Response | Promise<Response> | undefined {
  if (!wantsPage(c)) return undefined
  const { title, message, advice, provider, status } = error
  const [heading = '', ...told] = [...new Set([title, message, advice])].map((text) => namingPlatform(text, provider))
  setPageHeaders(c)
  return c.html(messagePage(heading, told, error.code === 'configuration_invalid' ? setupLink(c) : ways(error)), status)
}

const ways = ({ loginUrl, provider }: OAuthError): Child => (
  <>
    {loginUrl && (
      <a class="button" href={loginUrl}>
        {provider ? `Connect ${platformTitle(provider)}` : 'Start again'}
      </a>
    )}
    <a href="/">Back to your accounts</a>
  </>
)

/** The page that says more, where it is there. */
const setupLink = (c: Context): Child =>
  isLocal(new URL(c.req.url)) && (
    <a class="button" href="/setup">
      See what is missing
    </a>
  )
