import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'

interface Made {
  readonly providers: readonly { readonly vendor: string; readonly page: string }[]
  readonly modules: readonly { readonly title: string; readonly page: string }[]
}

// Written by scripts/generate.ts, which runs before.
const made = JSON.parse(readFileSync(new URL('../generated/sidebar.json', import.meta.url), 'utf8')) as Made

const item = (text: string, link: string) => ({ text, link })

export default defineConfig({
  title: 'hono-oauth',
  description: 'Let the users of a Hono app connect an account they have elsewhere.',
  lang: 'en',
  srcDir: 'pages',
  cleanUrls: true,
  rewrites: { 'providers/made/:name.md': 'providers/:name.md' },
  // A link to a page that does not exist ends the build; scripts/check-site.ts looks at the anchors.
  ignoreDeadLinks: [/^http:\/\/localhost/],
  head: [['link', { rel: 'icon', href: '/logo.svg', type: 'image/svg+xml' }]],
  // The index of the search is one chunk, which only a search loads.
  vite: { build: { chunkSizeWarningLimit: 1500, reportCompressedSize: false } },
  themeConfig: {
    logo: '/logo.svg',
    search: {
      provider: 'local',
      options: {
        // The text without its code: to colour all code once more would take a quarter of the build.
        _render: (source, env, md) =>
          md.render(source.replace(/^```[\s\S]*?^```$/gm, '').replace(/^<<<.*$/gm, ''), env),
      },
    },
    outline: [2, 3],
    nav: [
      item('Start', '/start'),
      item('Guides', '/guides/stores'),
      item('Providers', '/providers/'),
      item('Troubleshooting', '/troubleshooting'),
      item('Reference', '/reference/settings'),
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          item('Start in five minutes', '/start'),
          item('Is it for me?', '/compare'),
          item('Troubleshooting', '/troubleshooting'),
        ],
      },
      {
        text: 'Concepts',
        items: [
          item('Words', '/concepts/'),
          item('One login', '/concepts/login'),
          item('One renewal', '/concepts/renewal'),
          item('One disconnect', '/concepts/disconnect'),
          item('Security model', '/security'),
        ],
      },
      {
        text: 'Guides',
        items: [
          item('The command', '/guides/command'),
          item('Choose a store', '/guides/stores'),
          item('App users', '/guides/app-users'),
          item('Scopes and step-up', '/guides/scopes'),
          item('Your own pages', '/guides/your-own-pages'),
          item('Cron jobs and queues', '/guides/background'),
          item('Webhooks', '/guides/webhooks'),
          item('Single-page apps', '/guides/single-page-apps'),
          item('Popups', '/guides/popups'),
          item('MCP servers', '/guides/mcp-servers'),
          item('Connect MCP servers', '/guides/connect-mcp-servers'),
          item('Test with the emulator', '/guides/testing'),
          item('Deploy', '/guides/deploy'),
          item('Change a key', '/guides/change-a-key'),
          item('Observe', '/guides/observe'),
          item('The redirect URI', '/guides/redirect-uri'),
          item('Strict servers', '/guides/strict-servers'),
          item('Write a provider', '/guides/write-a-provider'),
          item('Write a store', '/guides/write-a-store'),
        ],
      },
      {
        text: 'Migrate',
        collapsed: true,
        items: [
          item('From @hono/oauth-providers', '/migrate/oauth-providers'),
          item('From @hono/oidc-auth', '/migrate/oidc-auth'),
          item('From arctic', '/migrate/arctic'),
          item('From better-auth', '/migrate/better-auth'),
          item('From code by hand', '/migrate/hand-written'),
          item('Replace workers-oauth-utils.ts', '/migrate/workers-oauth-utils'),
        ],
      },
      {
        text: 'Providers',
        collapsed: true,
        items: [
          item('All providers', '/providers/'),
          item('Any OAuth 2.0 server', '/providers/oauth2'),
          item('Any OpenID provider', '/providers/oidc'),
          item('Webflow', '/providers/webflow'),
          item('Wix', '/providers/wix'),
          ...made.providers.map(({ vendor, page }) => item(vendor, page)),
        ],
      },
      {
        text: 'Emulator',
        collapsed: true,
        items: [
          item('Overview', '/emulator/'),
          item('In a test', '/emulator/in-a-test'),
          item('Control and command line', '/emulator/control'),
          item('Scenarios', '/emulator/scenarios'),
          item('Its providers', '/emulator/providers'),
        ],
      },
      {
        text: 'Reference',
        collapsed: true,
        items: [
          item('Settings', '/reference/settings'),
          item('Routes', '/reference/routes'),
          item('In handlers', '/reference/handlers'),
          item('Cookies', '/reference/cookies'),
          item('Storage schema', '/reference/storage-schema'),
          item('Speed', '/speed'),
          item('Growth', '/growth'),
          item('Changelog', '/changelog'),
        ],
      },
      {
        text: 'API',
        collapsed: true,
        items: made.modules.map(({ title, page }) => item(title.replace('*', '‹preset›'), page)),
      },
    ],
  },
})
