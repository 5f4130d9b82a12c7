import type { Section } from './row.ts'
import { CALLBACK } from './rows-callback.ts'
import { COOKIES } from './rows-cookies.ts'
import { CSRF } from './rows-csrf.ts'
import { DOORS } from './rows-doors.ts'
import { LEAKAGE } from './rows-leakage.ts'
import { NAVIGATION } from './rows-navigation.ts'
import { REDIRECTS } from './rows-redirects.ts'
import { REFRESH } from './rows-refresh.ts'
import { REVOCATION } from './rows-revocation.ts'
import { RUNTIME } from './rows-runtime.ts'
import { STORAGE } from './rows-storage.ts'
import { TOKEN_ENDPOINT } from './rows-token-endpoint.ts'
import { TRANSACTION } from './rows-transaction.ts'
import { WEBHOOKS } from './rows-webhooks.ts'

/** The whole catalogue. A rig is shared by the rows of a section. */
export const SECTIONS: readonly Section[] = [
  TRANSACTION,
  NAVIGATION,
  CALLBACK,
  REDIRECTS,
  COOKIES,
  CSRF,
  TOKEN_ENDPOINT,
  REFRESH,
  STORAGE,
  RUNTIME,
  REVOCATION,
  WEBHOOKS,
  LEAKAGE,
  DOORS,
]
