/** The events of a provider by name, each with the type of its data. */
export type EventMap = Readonly<Record<string, unknown>>

/** A webhook before its verification. */
export interface WebhookRequest {
  readonly headers: Headers
  /** The raw body, which the signature covers. */
  readonly body: string
  /** The time of arrival, in milliseconds since the epoch. */
  readonly nowMs: number
}

/** A verified webhook. */
export interface WebhookEvent<Type extends string = string, Data = unknown> {
  readonly type: Type
  /** The id of the event, equal in each delivery of it. */
  readonly id: string
  /** The time at which the provider sent the event, in seconds since the epoch. */
  readonly occurredAt: number
  /** The grant that the event is about, such as an installation; absent for any other event. */
  readonly grantId?: string | undefined
  /** Whether that grant began or ended. */
  readonly effect?: 'began' | 'ended' | undefined
  readonly data: Data
}

/** Verifies webhooks and turns them into events. */
export interface WebhookVerifier<Events extends EventMap = EventMap> {
  /** Whether an event can end a grant. Then connections must be found by their grant. */
  readonly endsGrants: boolean
  /** The name of the index of grants, equal for all providers of one app; the provider's name by default. */
  readonly realm?: string | undefined
  /**
   * @throws OAuthError `webhook_unverified` for a wrong signature, age or recipient, `webhook_malformed` for
   *   a signed text of another form
   */
  verify(request: WebhookRequest): Promise<WebhookEvent>
  /** Never set. The compiler reads the types of the events from this member. */
  readonly eventTypes?: Events
}
