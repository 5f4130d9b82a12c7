import { randomHex } from '../random-hex.ts'
import { type Parameters, withParameters } from '../redirect.ts'
import { createInstances, type Instance } from './instances.ts'
import type { WixModel } from './model.ts'
import { instancePayload, signedInstanceOf } from './signed-instance.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** The instance of another registered app on that site, or of an app that nobody registered. */
function foreignInstance({ config, instances }: WixModel, { app, site }: Instance): Instance {
  const other = config.apps.find((candidate) => candidate !== app)
  if (other !== undefined) return instances.install(other, site)
  const unregistered = { ...app, appId: crypto.randomUUID(), secret: randomHex(16) }
  return createInstances().install(unregistered, site)
}

/** Another first character, so that the signature stays base64url of the same length. */
const tampered = (value: string): string => `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`

async function signedInstanceParameters(model: WixModel, instance: Instance): Promise<Parameters> {
  const { config, surroundings } = model
  const { scenarios, clock } = surroundings
  if (scenarios.take('wix-installer-without-signed-instance')) return []
  const signed = scenarios.take('wix-installer-foreign-app')
    ? foreignInstance(model, instance)
    : instance
  const age = scenarios.take('wix-installer-stale-signed-instance') ? DAY_MS : 0
  const payload = instancePayload(config, signed, { signedAt: clock.now() - age })
  const value = await signedInstanceOf(config, signed.app, payload)
  const isTampered = scenarios.take('wix-installer-tampered-signature')
  return [['signedInstance', isTampered ? tampered(value) : value]]
}

/** The address that brings an external install to the app. There is no code. */
export async function externalInstallLocation(
  model: WixModel,
  postInstallationUrl: string,
  instance: Instance,
): Promise<string> {
  const { scenarios } = model.surroundings
  const base = scenarios.take('wix-installer-drops-state')
    ? (postInstallationUrl.split(/[?#]/)[0] ?? '')
    : postInstallationUrl
  const instanceId = scenarios.take('wix-installer-foreign-instance')
    ? crypto.randomUUID()
    : instance.instanceId
  const tenantId = scenarios.take('wix-installer-foreign-tenant')
    ? crypto.randomUUID()
    : instance.site.siteId
  return withParameters(base, [
    ['appId', instance.app.appId],
    ['tenantId', tenantId],
    ['instanceId', instanceId],
    ...(await signedInstanceParameters(model, instance)),
  ])
}
