import type { WebhookBuilder, Webhooks } from '../../webhooks.ts'
import type { EmulatorControl } from '../control.ts'
import type { ProviderOperations } from '../operations.ts'

/** A provider as the control page shows it. */
export interface PanelProvider {
  readonly name: string
  /** The name for people. */
  readonly title: string
  isHost(host: string): boolean
  readonly operations: ProviderOperations
  readonly webhooks?: WebhookBuilder
}

/** All that the control page shows and changes. */
export interface Panel {
  readonly control: EmulatorControl
  readonly addedSeconds: () => number
  readonly webhooks: Webhooks
  readonly providers: readonly PanelProvider[]
  readonly hosts: readonly string[]
  /** The control routes that can be read. */
  readonly linkedRoutes: readonly string[]
}

export const titleOf = ({ providers }: Panel, name: string): string =>
  providers.find((provider) => provider.name === name)?.title ?? name

/** `A`, `A and B`, `A, B and C`. */
export const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
