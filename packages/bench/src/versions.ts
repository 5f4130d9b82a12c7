import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'

const PACKAGES = [
  'hono-oauth',
  'hono',
  'arctic',
  'iron-session',
  '@hono/oidc-auth',
  '@hono/auth-js',
  '@auth/core',
  'better-auth',
  'miniflare',
]

/** Name and version of all that was measured, and of what measured it. */
export function versions(): string[] {
  const own = PACKAGES.map((name) => {
    return versionIn(new URL(`../node_modules/${name}/package.json`, import.meta.url))
  })
  // Miniflare brings its workerd.
  const miniflare = realpathSync(new URL('../node_modules/miniflare/package.json', import.meta.url))
  const workerd = createRequire(miniflare).resolve('workerd/package.json')
  return [...own, versionIn(workerd), `node ${process.versions.node}`]
}

function versionIn(file: string | URL): string {
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  return `${name} ${version}`
}
