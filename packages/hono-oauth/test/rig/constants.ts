/** The origin that the test app believes to have. */
export const ORIGIN = 'https://app.example'
/** 32 random bytes, made for these tests. */
export const KEY = 'Xq3Jm0bV8rTnYcE5wLhKz2FaUdGs7iPoRt91BvNxQ4M'
export const NEW_KEY = 'tYb2m8Jx4Kq7vWc0RzNfLh5GdSe9UpAiOo3XB6TnE1Q'
/** A token of one site, which Webflow's emulator knows. */
export const SITE_TOKEN = '5174000000000000000000000000000000000000000000000000000000000001'
export const WEBFLOW_SITE = '62f3b1f7eafac55d0c64ef91'
export const WIX_SITE = '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'
/** How long access tokens of `oauth.example` live, in seconds. */
export const LIFETIME = 3600
/** How long a person may take with the provider, in seconds. */
export const TRANSACTION_TTL = 1200
export const DAY = 86_400
/** For what happens by itself, also on a busy machine. */
export const SOON = { timeout: 20_000 }
/** A `fetch` of a page's script, as a browser labels it. */
export const SCRIPT = {
  accept: 'application/json',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'sec-fetch-site': 'same-origin',
}
