import type { Access, AccessAction, ProviderOperations } from '../control/operations.ts'
import type { WebhookDelivery } from '../webhooks.ts'
import type { WixControl } from './control.ts'
import type { Instance } from './instances.ts'
import type { WixModel } from './model.ts'

function deliveryWords(delivery: WebhookDelivery | undefined): string {
  if (delivery === undefined) return 'The app was not told.'
  if (delivery.delivered) return 'The app took the webhook AppRemoved.'
  return delivery.status === null
    ? 'The app did not answer the webhook AppRemoved.'
    : `The app answered the webhook AppRemoved with status ${delivery.status}.`
}

/** What the control page offers for Wix: the installations of apps. */
export function createWixOperations({ config, instances, tokens }: WixModel, control: WixControl): ProviderOperations {
  const webhookUrlOf = ({ app }: Instance): string | undefined => app.webhookUrl

  const remove = (instance: Instance, label: string, notify: string | undefined): AccessAction => ({
    name: notify === undefined ? 'remove-silently' : 'remove',
    label,
    async run() {
      const { notified } = await control.remove(instance.instanceId, { notify })
      return `The app is removed from ${instance.site.siteDisplayName}. ${deliveryWords(notified)}`
    },
  })

  const reinstall = ({ instanceId, site }: Instance): AccessAction => ({
    name: 'reinstall',
    label: 'Install again',
    run() {
      control.reinstall(instanceId)
      return `The app is on ${site.siteDisplayName} again, with the same instance id.`
    },
  })

  function actionsOf(instance: Instance): readonly AccessAction[] {
    if (!instance.installed) return [reinstall(instance)]
    const url = webhookUrlOf(instance)
    const silently = remove(instance, url === undefined ? 'Remove' : 'Remove silently', undefined)
    return url === undefined ? [silently] : [remove(instance, 'Remove', url), silently]
  }

  const accessOf = (instance: Instance): Access => ({
    id: instance.instanceId,
    who: instance.site.siteDisplayName,
    details: [
      { label: 'Instance', text: instance.instanceId },
      { label: 'Permissions', text: instance.app.permissions.join(', ') },
    ],
    alive: instance.installed,
    liveTokens: tokens.liveOf(instance).length,
    actions: actionsOf(instance),
  })

  const installed = () => instances.list().filter((instance) => instance.installed)

  return {
    accesses: () => instances.list().map(accessOf),
    withdrawAll() {
      const all = installed()
      for (const instance of all) instances.remove(instance)
      return all.length
    },
    expireAccessTokens: () => control.expireAccessTokens(),
    install: {
      label: 'Install from the App Market',
      choices: config.sites.map(({ siteId, siteDisplayName }) => ({ value: siteId, label: siteDisplayName })),
      run(siteId) {
        const { location } = control.install({ siteId })
        const text = 'The owner installed the app in the App Market.'
        if (location === undefined) return { text }
        return {
          text: `${text} Wix now opens the App URL.`,
          next: { href: location, label: 'Open the app as Wix does' },
        }
      },
    },
    trials: [
      {
        name: 'app-removed',
        title: 'The app is removed at Wix',
        hint: 'The owner removes it from every site. Wix sends AppRemoved to the app.',
        async run() {
          const outcomes: string[] = []
          for (const instance of installed()) {
            outcomes.push(await remove(instance, '', webhookUrlOf(instance)).run())
          }
          return outcomes.at(-1) === undefined ? 'The app is on no site. Connect Wix first.' : outcomes.join(' ')
        },
      },
    ],
  }
}
