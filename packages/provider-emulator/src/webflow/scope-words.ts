import type { ScopeWords } from '../scope-words.ts'

const NOUNS = {
  assets: 'your images and files',
  cms: 'your CMS collections and items',
  comments: 'the comments on your sites',
  components: 'your components',
  custom_code: 'the custom code of your sites',
  ecommerce: 'your products and orders',
  forms: 'your forms and what visitors sent with them',
  pages: 'your pages',
  sites: 'your sites',
  site_config: 'the settings of your sites',
  users: 'the members of your sites',
  workspace: 'your workspaces',
}

/** What Webflow's scopes allow, in words. */
export const WEBFLOW_SCOPE_WORDS: ScopeWords = {
  'authorized_user:read': 'See your name and e-mail address',
  'site_activity:read': 'See what happened on your sites',
  ...Object.fromEntries(
    Object.entries(NOUNS).flatMap(([name, noun]) => [
      [`${name}:read`, `See ${noun}`],
      [`${name}:write`, `Change ${noun}`],
    ]),
  ),
}
