/** The events of a provider by their names, each with the type of its data. */
export type EventMap = Readonly<Record<string, unknown>>

/** A webhook as it came, before anything of it is believed. */
export interface WebhookRequest {
  readonly headers: Headers
  /** The raw body: what was signed. */
  readonly body: string
  /** When it arrived, in milliseconds since the epoch. */
  readonly nowMs: number
}

/** A webhook that was verified. */
export interface WebhookEvent<Type extends string = string, Data = unknown> {
  readonly type: Type
  /** The same for each delivery of the same event. */
  readonly id: string
  /** When the provider sent it, in seconds since the epoch. */
  readonly occurredAt: number
  /** The grant it is about, where it is about one: an installation, an authorization. */
  readonly grantId?: string | undefined
  /** What it says about that grant: it began, or it ended. */
  readonly effect?: 'began' | 'ended' | undefined
  readonly data: Data
}

/** Verifies webhooks and turns them into events. */
export interface WebhookVerifier<Events extends EventMap = EventMap> {
  /** Whether an event can end a grant, so that its connections must be found by it. */
  readonly endsGrants: boolean
  /** What its grants are known by: the same for all providers that stand for one app. */
  readonly realm?: string | undefined
  /**
   * @throws OAuthError `webhook_unverified` for a signature, an age or a recipient that is wrong,
   *   `webhook_malformed` for a signed text that makes no sense
   */
  verify(request: WebhookRequest): Promise<WebhookEvent>
  /** Never set: carries the types of the events to where handlers are written. */
  readonly eventTypes?: Events
}
