/** The platforms whose accounts a person can connect, and what a client gets there, in words. */
export const PLATFORMS = {
  webflow: { name: 'Webflow', gives: 'see your sites and your CMS, and change drafts if you allow that later' },
  wix: { name: 'Wix', gives: 'see the site that you choose' },
  github: { name: 'GitHub', gives: 'see your public repositories that have a site' },
} as const

export type Platform = keyof typeof PLATFORMS
