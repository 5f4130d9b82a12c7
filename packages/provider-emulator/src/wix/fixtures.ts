import { type Fixtures, idAt } from '../fixtures.ts'
import { DEFAULT_WIX_OWNER, DEFAULT_WIX_SITES } from './config.ts'
import type { WixOptions } from './options.ts'

/** The owner and the sites of fixtures. A site without a URL is not published. */
export function wixData({ people, sites }: Fixtures): Pick<WixOptions, 'owner' | 'sites'> {
  const owner = people?.[0]
  const siteIds = DEFAULT_WIX_SITES.map(({ siteId }) => siteId)
  const given = sites?.map(({ name, url }, index) => ({
    siteId: idAt(siteIds, index),
    siteDisplayName: name,
    locale: 'en',
    paymentCurrency: 'USD',
    ...(url === undefined ? {} : { url }),
  }))
  return {
    ...(owner === undefined ? {} : { owner: { ...DEFAULT_WIX_OWNER, name: owner.name, email: owner.email } }),
    ...(given === undefined ? {} : { sites: given }),
  }
}
