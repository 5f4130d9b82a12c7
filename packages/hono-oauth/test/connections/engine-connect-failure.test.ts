import { describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { tokenOf } from './renewing.ts'
import { breakableStore, owner, recordingStore, setup } from './support.ts'

describe('a login that fails', () => {
  const failure = new OAuthError('code_rejected')

  it('at the provider leaves no trace, and ends no grant of which it knows nothing', async () => {
    const log: string[] = []
    const { store } = recordingStore(memoryStore(), log)
    const authorize = () => Promise.reject(failure)
    const { login } = setup({ store, log, provider: { authorize } })
    expect(await refusal(() => login('grant', 'token'))).toBe(failure)
    expect(log).toEqual([])
  })

  it.each([
    'provider_unavailable',
    'provider_timeout',
    'provider_response_invalid',
    'client_rejected',
    'code_rejected',
  ] as const)('has sent its code once, whatever came of it: %s', async (code) => {
    const authorize = vi.fn(() => Promise.reject(new OAuthError(code, { retryAfterSeconds: 1 })))
    const { login, pauses, events } = setup({ provider: { authorize } })
    expect((await refusal(() => login('grant', 'token'))).code).toBe(code)
    expect(authorize).toHaveBeenCalledTimes(1)
    expect([pauses, events]).toEqual([[], []])
  })

  it('with the store gives the token back', async () => {
    const { store, state } = breakableStore()
    const { login, log, engine } = setup({ store })
    state.broken.add('put')
    const error = await refusal(() => login('grant', 'canary'))
    expect(error.code).toBe('store_unavailable')
    expect(shown(error)).not.toContain('canary')
    expect(log).toEqual(['authorize', 'revoke grant:canary'])
    expect(await engine.listAt(owner, 'p')).toEqual([])
  })

  it('with the store keeps the connection that there is, and gives the new tokens back', async () => {
    const { store, state } = breakableStore()
    const { login, log, engine } = setup({ store })
    await login('grant', 'first')
    log.length = 0
    state.broken.add('put')
    expect((await refusal(() => login('grant', 'second'))).code).toBe('store_unavailable')
    expect(log).toEqual(['authorize', 'revoke grant:second'])
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('grant:first')
  })

  describe('where one token of a grant ends it all', () => {
    const provider = { revokesWholeGrant: true }

    it.each([
      ['gives the token of a new owner back', { ...owner, isNew: true }, ['revoke grant:token']],
      ['keeps the token of an owner of whom it can know nothing', owner, []],
    ])('with a store that answers nothing %s', async (_name, as, ended) => {
      const { store, state } = breakableStore()
      const { login, log } = setup({ store, provider })
      state.broken.add('get').add('put')
      expect((await refusal(() => login('grant', 'token', as))).code).toBe('store_unavailable')
      expect(log).toEqual(['authorize', ...ended])
    })

    it('with the store gives the token of an owner back who is not connected there', async () => {
      const { store, state } = breakableStore()
      const { login, log } = setup({ store, provider })
      state.broken.add('put')
      expect((await refusal(() => login('grant', 'token'))).code).toBe('store_unavailable')
      expect(log).toEqual(['authorize', 'revoke grant:token'])
    })

    it('with the store keeps the token of an owner who is connected there', async () => {
      const { store, state } = breakableStore()
      const { login, log, engine } = setup({ store, provider })
      const before = await login('grant', 'first')
      state.broken.add('put')
      log.length = 0
      const error = await refusal(() => login('grant', 'second'))
      expect(error.code).toBe('store_unavailable')
      expect(log).toEqual(['authorize'])
      // Another grant is another matter: with it nothing of the first one ends.
      await refusal(() => login('other', 'second'))
      expect(log.slice(1)).toEqual(['authorize', 'revoke other:second'])
      const [kept, ...others] = await engine.listAt(owner, 'p')
      expect(others).toEqual([])
      expect(kept?.id).toBe(before.id)
      expect(await tokenOf(kept)).toBe('grant:first')
    })
  })

  it('tells what went wrong first, whatever fails after it', async () => {
    const { store, state } = breakableStore()
    const revoke = () => Promise.reject(new Error('revocation failed'))
    const { login } = setup({ store, provider: { revoke } })
    state.broken.add('put')
    expect((await refusal(() => login('grant', 'token'))).code).toBe('store_unavailable')
    state.broken.add('get')
    expect((await refusal(() => login('grant', 'token'))).code).toBe('store_unavailable')
  })
})
