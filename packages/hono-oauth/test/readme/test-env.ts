import { workersKv } from 'hono-oauth/testing'
import { DEFAULT_WEBFLOW_CLIENT } from 'provider-emulator'
import { KEY } from '../rig/constants.ts'

export const env: Env = {
  PUBLIC_ORIGIN: 'http://localhost:8787',
  OAUTH_KEYS: KEY,
  WEBFLOW_CLIENT_ID: DEFAULT_WEBFLOW_CLIENT.id,
  WEBFLOW_CLIENT_SECRET: DEFAULT_WEBFLOW_CLIENT.secret,
  TOKENS: workersKv().location('here'),
}
