import { Hono } from 'hono'
import { ControlError, methodNotAllowed, readMembers, requiredText, textMember } from '../control/control-request.ts'
import { randomHex } from '../encoding.ts'
import { withParameters } from '../urls.ts'
import { checkTarget, type WebhookBuilder, type WebhookDelivery } from '../webhooks.ts'
import type { WixApp } from './config.ts'
import type { Instance } from './instances.ts'
import type { WixModel } from './model.ts'
import { instancePayload, signInstance } from './signed-instance.ts'

/** The state of an app on a site. */
export interface WixInstance {
  readonly instanceId: string
  readonly appId: string
  readonly siteId: string
  readonly siteDisplayName: string
  readonly originInstanceId: string | null
  readonly installed: boolean
  /** Whether the app reported that its configuration is finished. */
  readonly configured: boolean
  /** The names of the events that the app sent. */
  readonly events: readonly string[]
}

/** An installation that began at Wix. */
export interface WixInstall {
  readonly instanceId: string
  /** The App URL with a token. Missing if the app has no `appUrl`. */
  readonly location?: string
}

/** A removal of the app at Wix. */
export interface WixRemoval {
  readonly instanceId: string
  /** The delivery of the webhook, if one was requested. */
  readonly notified?: WebhookDelivery
}

/**
 * The control of the emulated Wix. `/_emulator/wix` offers the same over HTTP. Every method throws
 * for an unknown app, site or instance.
 */
export interface WixControl {
  /** Installs an app from Wix's side. The site has the app at once. */
  install(options?: { readonly appId?: string | undefined; readonly siteId?: string | undefined }): WixInstall
  /** Removes the app from the site and ends its tokens. `notify` is the URL that gets AppRemoved. */
  remove(instanceId: string, options?: { readonly notify?: string | undefined }): Promise<WixRemoval>
  /** Installs a removed app again, under the same instance id. */
  reinstall(instanceId: string): WixInstall
  /** Copies the site with its apps: a new instance, without a new consent. */
  clone(instanceId: string): WixInstance
  instances(): WixInstance[]
  /** Lets all access tokens expire now, but no refresh tokens. Returns their number. */
  expireAccessTokens(): number
  /** The `instance` parameter that Wix sends to an app's iframe in the dashboard. */
  instanceParameter(
    instanceId: string,
    options?: {
      /** The id of an anonymous visitor. Default: the parameter is for the site owner. */
      readonly aid?: string | undefined
      /** ISO 8601. Default: now. */
      readonly signDate?: string | undefined
    },
  ): Promise<string>
  /** The public key for webhooks as PEM, from the app's dashboard. */
  publicKey(appId?: string): Promise<string>
}

const describeInstance = (instance: Instance): WixInstance => {
  const { instanceId, app, site, originInstanceId, installed, configured, events } = instance
  const { siteId, siteDisplayName } = site
  const known = { instanceId, appId: app.appId, siteId, siteDisplayName, originInstanceId }
  return { ...known, installed, configured, events: [...events] }
}

export function createWixControl(model: WixModel, webhooks: WebhookBuilder): WixControl {
  const { config, instances, tokens, installTokens, keyPairs, services } = model

  function appOf(appId: string | undefined): WixApp {
    const wanted = appId ?? config.apps[0]?.appId
    const app = config.apps.find((candidate) => candidate.appId === wanted)
    if (app === undefined) throw new ControlError(400, '"appId" is not the id of a registered app.')
    return app
  }

  function instanceOf(instanceId: string): Instance {
    const instance = instances.find(instanceId)
    if (instance === undefined) {
      throw new ControlError(404, '"instanceId" is not the id of an instance.')
    }
    return instance
  }

  function startInstall(instance: Instance): WixInstall {
    const { instanceId, app } = instance
    if (app.appUrl === undefined) return { instanceId }
    const token = randomHex(32)
    installTokens.set(token, instance)
    return { instanceId, location: withParameters(app.appUrl, [['token', token]]) }
  }

  return {
    install({ appId, siteId } = {}) {
      const wanted = siteId ?? config.sites[0]?.siteId
      const site = config.sites.find((candidate) => candidate.siteId === wanted)
      if (site === undefined) throw new ControlError(400, '"siteId" is not the id of a site.')
      return startInstall(instances.install(appOf(appId), site))
    },
    async remove(instanceId, { notify } = {}) {
      const instance = instanceOf(instanceId)
      if (notify !== undefined) checkTarget(notify)
      instances.remove(instance)
      if (notify === undefined) return { instanceId }
      const message = await webhooks.build('AppRemoved', new Map([['instanceId', instanceId]]))
      return { instanceId, notified: await services.deliverWebhook(notify, message) }
    },
    reinstall(instanceId) {
      const { app, site } = instanceOf(instanceId)
      return startInstall(instances.install(app, site))
    },
    clone: (instanceId) => describeInstance(instances.clone(instanceOf(instanceId))),
    instances: () => instances.list().map(describeInstance),
    expireAccessTokens: () => tokens.expireAccessTokens(),
    async instanceParameter(instanceId, { aid, signDate } = {}) {
      const instance = instanceOf(instanceId)
      const signedAt = signDate === undefined ? services.clock.now() : Date.parse(signDate)
      if (Number.isNaN(signedAt)) throw new ControlError(400, '"signDate" must be ISO 8601.')
      const payload = instancePayload(config, instance, { signedAt, aid })
      return signInstance(instance.app.secret, payload)
    },
    publicKey: async (appId) => (await keyPairs.of(appOf(appId))).publicKeyPem,
  }
}

export const LINKED_ROUTES = ['/instances', '/public-key']

export function wixControlRoutes(control: WixControl): Hono {
  const app = new Hono()

  app.post('/install', async (c) => {
    const members = await readMembers(c, ['appId', 'siteId'])
    const [appId, siteId] = [textMember(members, 'appId'), textMember(members, 'siteId')]
    return c.json(control.install({ appId, siteId }))
  })
  app.post('/remove', async (c) => {
    const members = await readMembers(c, ['instanceId', 'notify'])
    const notify = textMember(members, 'notify')
    return c.json(await control.remove(requiredText(members, 'instanceId'), { notify }))
  })
  app.post('/reinstall', async (c) => {
    const members = await readMembers(c, ['instanceId'])
    return c.json(control.reinstall(requiredText(members, 'instanceId')))
  })
  app.post('/clone', async (c) => {
    const members = await readMembers(c, ['instanceId'])
    return c.json(control.clone(requiredText(members, 'instanceId')))
  })
  app.post('/expire-access-tokens', async (c) => {
    await readMembers(c, [])
    return c.json({ expired: control.expireAccessTokens() })
  })
  for (const path of ['/install', '/remove', '/reinstall', '/clone', '/expire-access-tokens']) {
    app.all(path, methodNotAllowed('POST'))
  }

  app.get('/instances', (c) => c.json({ instances: control.instances() }))
  app.get('/instance-parameter', async (c) => {
    const { instanceId, aid, signDate } = c.req.query()
    if (instanceId === undefined) throw new ControlError(400, '"instanceId" is missing.')
    return c.json({ instance: await control.instanceParameter(instanceId, { aid, signDate }) })
  })
  app.get('/public-key', async (c) => c.text(`${await control.publicKey(c.req.query('appId'))}\n`))
  for (const path of ['/instances', '/instance-parameter', '/public-key']) {
    app.all(path, methodNotAllowed('GET'))
  }

  return app
}
