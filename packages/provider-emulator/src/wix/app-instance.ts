import type { WixConfig } from './config.ts'
import type { Instance } from './instances.ts'

/** What Get App Instance answers. */
export function appInstanceOf({ owner }: WixConfig, instance: Instance) {
  const { instanceId, app, site, originInstanceId } = instance
  return {
    instance: {
      instanceId,
      appName: app.name,
      appVersion: app.version,
      isFree: true,
      permissions: app.permissions,
      availablePlans: [],
      originInstanceId,
      copiedFromTemplate: false,
      freeTrialAvailable: false,
    },
    site: {
      siteId: site.siteId,
      siteDisplayName: site.siteDisplayName,
      locale: site.locale ?? 'en',
      paymentCurrency: site.paymentCurrency ?? 'USD',
      // Only a published site has one.
      ...(site.url === undefined ? {} : { url: site.url }),
      description: site.description ?? '',
      multilingual: { isMultiLingual: false, supportedLanguages: [] },
      installedWixApps: [],
      ...(app.readsOwnerEmail
        ? { ownerInfo: { email: owner.email, emailStatus: 'VERIFIED_OPT_IN' } }
        : {}),
    },
  }
}
