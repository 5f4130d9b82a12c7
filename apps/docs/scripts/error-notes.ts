import type { OAuthErrorCode } from 'hono-oauth'

/** What a developer reads about an error, beside its title, its advice and what to check. */
export interface ErrorNote {
  /** When it happens. */
  readonly when: string
  /** What to do, step by step. */
  readonly fix: string
}

/** A note for each code: a code without one does not compile. */
export const ERROR_NOTES: Readonly<Record<OAuthErrorCode, ErrorNote>> = {
  configuration_invalid: {
    when: 'A setting of `createOAuth` is missing, misspelt or contradicts another one. The message names the setting, and never its value.',
    fix: 'Read the message in the terminal: it names the setting, what was expected, and a line to copy. The function runs on first use, so the error comes with the first request.',
  },
  provider_unknown: {
    when: 'The URL names a provider that is not in `providers`.',
    fix: 'Compare the name in the URL with the key in `providers`: `/auth/github/login` needs `providers: { github: … }`.',
  },
  connection_unknown: {
    when: 'A disconnect names a connection that does not exist or belongs to another owner, or `oauth.connections(env).get(id)` names one that has ended.',
    fix: 'Read the list at `/auth/connections` again: the connection may have been disconnected in another tab.',
  },
  method_not_allowed: {
    when: 'A route was called by another method, such as GET for a disconnect.',
    fix: 'Compare the request with the [routes](/reference/routes).',
  },
  request_not_navigation: {
    when: 'A login or a callback was opened by `fetch`, an image, a frame or a prefetch.',
    fix: 'Use a link or `location.assign`. For a single-page app, ask for the URL first: [Single-page apps](/guides/single-page-apps).',
  },
  request_cross_site: {
    when: 'A page of another origin sent a POST, PUT, PATCH or DELETE to a route behind `require()`, or a disconnect.',
    fix: 'List the origin of that page in `allowedOrigins`. For a route that the app protects by itself, write `oauth.require(name, { crossSite: true })`. A program sends the `Origin` header of the app for a disconnect.',
  },
  owner_missing: {
    when: 'The setting `owner` returned nothing: no user of the app is signed in.',
    fix: 'Mount the middleware that sets the user before `oauth.routes`, with `app.use("*", …)`. See [App users](/guides/app-users).',
  },
  owner_mismatch: {
    when: 'The browser is signed in as another user than when the login began.',
    fix: 'Nothing to correct in the app: the person starts the login again.',
  },
  login_overtaken: {
    when: 'Another login has replaced the browser session while this one was on its way.',
    fix: 'Nothing to correct in the app: the person starts the login again.',
  },
  state_missing: {
    when: 'The callback was opened without `state`: by a bookmark, by a link to the callback, or by a provider that starts installations itself.',
    fix: 'Link to `/auth/<provider>/login`. For a provider that starts installations, use its preset, or `restartsWithoutState`.',
  },
  transaction_unknown: {
    when: 'The browser has no cookie of this login: the callback was opened twice, in another browser, or at another host.',
    fix: 'Begin and end the login at one host: `localhost` and `127.0.0.1` are two. In a single-page app, send the request for the login with `credentials: "include"`.',
  },
  transaction_expired: {
    when: 'More than 20 minutes passed between the start of the login and its callback.',
    fix: 'The person starts again. If it happens at once, compare the clocks.',
  },
  context_too_large: {
    when: 'The `context` or the `returnTo` of `oauth.login` do not fit in a cookie: about 1 KB.',
    fix: 'Store the data under an id, and pass the id.',
  },
  login_parameter_invalid: {
    when: 'The login lacks a parameter that the provider needs, such as `shop`, or its value leads to a host that is not allowed.',
    fix: 'Add it to the link, `/auth/shopify/login?shop=example.myshopify.com`, or to `params` of `oauth.login`. The page of the [provider](/providers/) says what a login needs.',
  },
  authorization_response_invalid: {
    when: 'The callback has parameters that cannot be right: a code twice, a wrong `iss`, a signature that does not fit.',
    fix: 'The person starts again. If it happens each time, compare the description of the provider with its documentation.',
  },
  access_denied: {
    when: 'The person pressed _Cancel_ at the provider, or may not use the app there.',
    fix: 'Show a page of your own with [`onFailed`](/guides/your-own-pages). While an app is in test mode at the provider, add the person as a test user there.',
  },
  authorization_failed: {
    when: 'The provider sent the person back with an error, such as `invalid_scope`.',
    fix: 'Read `providerError` in the log. Compare `scopes` with those that the provider allows for this app.',
  },
  code_rejected: {
    when: 'The provider refused the authorization code.',
    fix: 'The code was used, is too old, or belongs to another redirect URI. The person starts again. If it happens each time, compare the redirect URI at the provider with the one in the log.',
  },
  client_rejected: {
    when: 'The provider refused the app itself: client id, client secret or redirect URI.',
    fix: 'Compare `clientId` and `clientSecret` with those at the provider, to the last character. `wrangler dev` reads `.dev.vars` at its start: start it again after a change. No connection ends because of this error.',
  },
  provider_unavailable: {
    when: 'The provider answered 5xx or 429 during a login, or could not be reached.',
    fix: 'Wait. On your own machine, check the network and the setting `emulator`.',
  },
  temporarily_unavailable: {
    when: 'A renewal failed for a reason that will pass, and the access token has ended.',
    fix: 'Wait: the connection is kept, and the renewal is tried again. The answer has `Retry-After`.',
  },
  provider_response_invalid: {
    when: 'An answer of the provider has not the expected shape: HTML in place of JSON, a token without text, an ID token that does not verify.',
    fix: 'Compare the endpoints in the description with the documentation of the provider. The cause in the log says which member was wrong.',
  },
  provider_timeout: {
    when: 'The provider did not answer within `timeoutMs`, 10 seconds by default.',
    fix: 'Wait, or raise `timeoutMs` for a provider that is slow by nature.',
  },
  token_not_accepted: {
    when: 'A person pasted a token for `oauth.connectWithToken`, and the provider does not know it.',
    fix: 'The person makes a new token at the provider, and pastes all of it.',
  },
  webhook_unverified: {
    when: 'The signature, the age or the app of a webhook is wrong.',
    fix: 'Check the secret or the public key. A middleware before `oauth.routes` must not read the body. Compare the clock.',
  },
  webhook_malformed: {
    when: 'The webhook is signed, and its body is not what the provider documents.',
    fix: 'Check which kind of webhook is registered for this URL.',
  },
  webhook_too_large: {
    when: 'The body is larger than 512 KiB.',
    fix: 'Choose fewer fields or events at the provider.',
  },
  instance_unverified: {
    when: 'A page behind `wixInstance()` was opened without a valid `instance`.',
    fix: 'Open the page from the Wix dashboard. Check `appSecret`.',
  },
  store_unavailable: {
    when: 'The store threw, or did not answer.',
    fix: 'Check the binding in `wrangler.jsonc` and its name in `env`. The cause in the log is the error of the store. The answer has `Retry-After: 5`.',
  },
  not_connected: {
    when: 'A route behind `require()` was called by an owner who has no connection there.',
    fix: 'This is the normal answer before the first login. Send the person to `error.loginUrl`.',
  },
  needs_reauth: {
    when: 'The grant has ended: the person removed the app at the provider, the refresh token has ended, or a token that nothing can renew is over.',
    fix: 'Send the person to `error.loginUrl`. To hear of it before a person does, use [`onEvent`](/guides/observe).',
  },
  insufficient_scope: {
    when: 'The connection lacks a scope that `require()` wants, or the API said so.',
    fix: 'Send the person to `error.loginUrl`: it requests the granted scopes and the missing ones. See [Scopes and step-up](/guides/scopes).',
  },
  access_forbidden: {
    when: 'The API refuses the account itself: its role, its plan, or a feature that is not switched on.',
    fix: 'Nothing that a login can lift. The person needs another role at the provider.',
  },
  path_forbidden: {
    when: 'The path for `connection.fetch` leads to another host, such as `//evil.example`. The text came from a visitor.',
    fix: 'Put a text of a visitor behind a `/`, and encode it with `encodeURIComponent`.',
  },
  destination_forbidden: {
    when: '`connection.fetch` got an absolute URL of an origin that is not in `apiOrigins`.',
    fix: 'Use a path. If the origin belongs to the provider, add it: `defineProvider(google, { apiOrigins: ["https://chat.googleapis.com"] })`.',
  },
}
