import type { WixAppOptions, WixOwner, WixSite } from './options.ts'

/** The permission that Get App Instance asks for. */
export const MANAGE_APP_INSTANCE = 'WIX_DEVELOPERS.MANAGE_APP_INSTANCE'

/** The app that is registered when none is configured. */
export const DEFAULT_WIX_APP: WixAppOptions = {
  appId: '9f0c5a3e-2b64-4c1d-8f37-6d1e0b9a4c52',
  secret: '3d7e8f10-5a2b-4e6c-9d81-7c4b2a1f0e63',
  name: 'MY_SHINY_APP',
  appUrl: 'http://localhost:8787/auth/wix-legacy/login',
  redirectUrls: ['http://localhost:8787/auth/wix-legacy/callback'],
}

/** The person who installs. */
export const DEFAULT_WIX_OWNER: WixOwner = {
  id: '4c1e7b2a-9d35-4f68-a0c7-2e8b5d613f94',
  accountId: 'b7d2f0e4-6a18-4c93-8e5f-1a09c4d7b326',
  name: 'Ada Example',
  email: 'ada@example.com',
}

/** Three sites of that person; the last one is not published. */
export const DEFAULT_WIX_SITES: readonly WixSite[] = [
  {
    siteId: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41',
    siteDisplayName: 'Mysite 34',
    url: 'https://ada.wixsite.example/mysite-34',
    locale: 'en',
    paymentCurrency: 'EUR',
  },
  {
    siteId: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f42',
    siteDisplayName: 'Ada Photography',
    url: 'https://photography.example',
    locale: 'he',
    paymentCurrency: 'ILS',
  },
  {
    siteId: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f43',
    siteDisplayName: 'Draft of a shop',
    locale: 'en',
    paymentCurrency: 'USD',
  },
]
