export type { EmulatorControl } from './control/control.ts'
export type { GrantControl, GrantState } from './control/grant-control.ts'
export { createEmulator, type Emulator, type EmulatorRequest } from './emulator.ts'
export {
  FixtureError,
  type Fixtures,
  type PersonFixture,
  type ShopFixture,
  type SiteFixture,
  type WorkspaceFixture,
} from './fixtures.ts'
export {
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  DEFAULT_OAUTH_EXAMPLE_USERS,
  OAUTH_EXAMPLE_SCOPES,
} from './oauth-example/config.ts'
export type { OauthExampleControl, OauthExampleGrant } from './oauth-example/control.ts'
export type {
  OauthExampleAuthMethod,
  OauthExampleClientOptions,
  OauthExampleGrantType,
  OauthExampleOptions,
  OauthExampleUser,
} from './oauth-example/options.ts'
export type { EmulatorOptions, WebhookRequest } from './options.ts'
export type { Account, Answer, Granted, Issued, Use } from './personalities/contexts.ts'
export type { PersonalityOptions } from './personalities/options.ts'
export type { OwnPersonality } from './personalities/own.ts'
export type { Personality } from './personalities/personality.ts'
export type { PersonalitiesOptions, PersonalityName } from './personalities/registry.ts'
export type { Consent } from './provider.ts'
export type { LoggedRequest } from './request-log.ts'
export type { ScenarioStatus } from './scenarios.ts'
export type { SourceMark, Sources } from './sources.ts'
export type { Wait } from './time.ts'
export {
  DEFAULT_WEBFLOW_CLIENT,
  DEFAULT_WEBFLOW_SITE_TOKEN,
  DEFAULT_WEBFLOW_SITES,
  DEFAULT_WEBFLOW_USER,
  DEFAULT_WEBFLOW_WORKSPACE,
  DEFAULT_WEBFLOW_WORKSPACE_TOKEN,
  WEBFLOW_SCOPES,
} from './webflow/config.ts'
export type { WebflowControl } from './webflow/control.ts'
export type {
  WebflowClientOptions,
  WebflowOptions,
  WebflowSite,
  WebflowSiteToken,
  WebflowUser,
  WebflowWorkspace,
  WebflowWorkspaceToken,
} from './webflow/options.ts'
export type { WebflowWebhookRequest } from './webflow/webhooks.ts'
export type { WebhookDelivery, WebhookFetch, WebhookMessage } from './webhooks.ts'
export { DEFAULT_WIX_APP, DEFAULT_WIX_OWNER, DEFAULT_WIX_SITES } from './wix/config.ts'
export type { WixControl, WixInstall, WixInstance, WixRemoval } from './wix/control.ts'
export type {
  WixAppOptions,
  WixOptions,
  WixOwner,
  WixRefusal,
  WixSite,
  WixTokenErrors,
} from './wix/options.ts'
export type { WixWebhookFault } from './wix/webhook-signature.ts'
export type { WixWebhookRequest } from './wix/webhooks.ts'
