import { describe, expect, it } from 'vitest'
import { DEFAULT_WIX_OWNER, type WixOptions } from '../../src/index.ts'
import { callbackOf, START } from '../support.ts'
import { APP, SITE, startWix, TOKEN_INFO } from './support.ts'

const SECONDS = START / 1000
const HOURS_4 = 4 * 60 * 60

describe('token info', () => {
  it('describes access tokens of both kinds and refresh tokens, without client authentication', async () => {
    const started = startWix()
    const { accessToken, instanceId } = await started.token()
    const { access_token, refresh_token } = await started.legacyTokens()
    const info = {
      active: true,
      subjectType: 'APP',
      subjectId: APP.appId,
      iat: SECONDS,
      clientId: APP.appId,
      siteId: SITE,
      instanceId,
    }
    const ask = async (token: string) => (await started.tokenInfo(token)).json()
    expect(await ask(accessToken)).toEqual({ ...info, exp: SECONDS + HOURS_4 })
    expect(await ask(access_token)).toEqual({ ...info, exp: SECONDS + 300 })
    expect(await ask(refresh_token)).toEqual(info)
  })

  it('describes signed instances', async () => {
    const { openInstaller, wix, tokenInfo } = startWix()
    const parameters = callbackOf(await openInstaller())
    const instanceId = parameters.get('instanceId') ?? ''
    const info = {
      active: true,
      subjectType: 'USER',
      subjectId: DEFAULT_WIX_OWNER.id,
      exp: SECONDS + HOURS_4,
      iat: SECONDS,
      clientId: APP.appId,
      siteId: SITE,
      instanceId,
    }
    const signedInstance = parameters.get('signedInstance') ?? ''
    expect(await (await tokenInfo(signedInstance)).json()).toEqual(info)
    const parameter = await wix.instanceParameter(instanceId)
    expect(await (await tokenInfo(parameter)).json()).toEqual(info)
    const aid = 'a-visitor'
    const visitor = await wix.instanceParameter(instanceId, { aid })
    expect(await (await tokenInfo(visitor)).json()).toEqual({
      ...info,
      subjectType: 'VISITOR',
      subjectId: aid,
    })
  })

  it('describes a signed instance that is a JWT, and one that does not expire', async () => {
    const ask = async (wix: WixOptions) => {
      const { openInstaller, tokenInfo, emulator } = startWix({ wix })
      const value = callbackOf(await openInstaller()).get('signedInstance') ?? ''
      if (wix.instanceSeconds === null) emulator.control.advance(1000 * HOURS_4)
      return (await tokenInfo(value)).json()
    }
    expect(await ask({ signedInstanceFormat: 'jwt' })).toMatchObject({ active: true })
    const forever = await ask({ instanceSeconds: null })
    expect(forever).toMatchObject({ active: true })
    expect(forever).not.toHaveProperty('exp')
  })

  it('answers that an expired token, and one of a removed app, are inactive', async () => {
    const started = startWix()
    const { accessToken, instanceId } = await started.token()
    const parameter = await started.wix.instanceParameter(instanceId)
    const { refresh_token } = await started.legacyTokens()
    started.emulator.control.advance(HOURS_4)
    for (const token of [accessToken, parameter]) {
      expect(await (await started.tokenInfo(token)).json()).toEqual({ active: false })
    }
    const fresh = await started.wix.instanceParameter(instanceId)
    await started.wix.remove(instanceId)
    for (const token of [refresh_token, fresh]) {
      expect(await (await started.tokenInfo(token)).json()).toEqual({ active: false })
    }
  })

  it.each(['garbage', 'a.b', 'a.b.c', 'OauthNG.JWS.a.b.c'])('answers that %s is inactive', async (token) => {
    const response = await startWix().tokenInfo(token)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ active: false })
  })

  it('can answer an unknown token with an error', async () => {
    const started = startWix({ wix: { unknownTokenInfo: 'error' } })
    const response = await started.tokenInfo('garbage')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      details: { validationError: { fieldViolations: [{ field: 'token' }] } },
    })
    const { accessToken } = await started.token()
    started.emulator.control.advance(HOURS_4)
    expect(await (await started.tokenInfo(accessToken)).json()).toEqual({ active: false })
  })

  it.each(['', '{', '{}', '{"token":5}'])('refuses the body %j', async (body) => {
    const headers = { 'Content-Type': 'application/json' }
    const init = { method: 'POST', headers, ...(body === '' ? {} : { body }) }
    expect((await startWix().request(TOKEN_INFO, init)).status).toBe(400)
  })

  it('applies its scenarios', async () => {
    const { emulator, token, tokenInfo } = startWix()
    const { accessToken } = await token()
    emulator.control.setScenario('wix', 'token-info-inactive', 1)
    expect(await (await tokenInfo(accessToken)).json()).toEqual({ active: false })
    emulator.control.setScenario('wix', 'token-info-500', 1)
    expect((await tokenInfo(accessToken)).status).toBe(500)
    expect(await (await tokenInfo(accessToken)).json()).toMatchObject({ active: true })
  })
})
