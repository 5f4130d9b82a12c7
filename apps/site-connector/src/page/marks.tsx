import type { FC } from 'hono/jsx'
import { PLATFORMS, type ProviderName } from '../platforms.ts'

/** Our own drawings: two letters in a shape. The marks of the platforms are theirs. */
const COLOURS: Readonly<Record<ProviderName, string>> = {
  webflow: '#146ef5',
  wix: '#0c6e4e',
  github: '#444c56',
  google: '#b3401d',
  'wix-legacy': '#0c6e4e',
  example: '#6b4bb8',
}

/** The mark of a platform. Its name stands beside it. */
export const PlatformMark: FC<{ name: ProviderName }> = ({ name }) => (
  <svg class="mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">
    <rect width="40" height="40" rx="11" fill={COLOURS[name]} />
    <text x="20" y="26" text-anchor="middle" font-size="16" font-weight="700" fill="#fff">
      {PLATFORMS[name].title.slice(0, 2)}
    </text>
  </svg>
)

/** The mark of this app: two sites and what joins them. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3b5bdb"/><path d="M11 16h10" stroke="#fff" stroke-width="3"/><circle cx="9" cy="16" r="4.5" fill="#fff"/><circle cx="23" cy="16" r="4.5" fill="#fff"/></svg>`
