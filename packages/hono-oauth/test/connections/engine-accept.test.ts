import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { provider as webflowProvider } from '../providers/webflow/support.ts'
import { tokenOf } from './renewing.ts'
import { breakableStore, fakeProvider, owner, recordingStore, setup } from './support.ts'

describe('a token that a person made', () => {
  it('makes a connection like any other', async () => {
    const { engine, log } = setup()
    const connection = await engine.accept(owner, 'p', ' \n grant:pasted\t\r\n')
    expect(log).toEqual(['accept'])
    expect(await tokenOf(connection)).toBe('grant:pasted')
    expect((await engine.listAt(owner, 'p')).map(({ id }) => id)).toEqual([connection.id])
  })

  it.each([
    '',
    ' ',
    '\n',
    'a b',
    'a\nb',
    'a\r\nx-evil: 1',
    'é',
    'token\u0000',
    '🙂',
    '\u200btoken',
  ])('is refused before anybody is asked: %j', async (token) => {
    const { store, log } = recordingStore()
    const { engine, sent } = setup({ store, more: { webflow: webflowProvider() } })
    const error = await refusal(() => engine.accept(owner, 'webflow', token))
    expect(error.code).toBe('token_not_accepted')
    expect(sent).toEqual([])
    expect(log).toEqual([])
  })

  it('is refused where the provider has no such tokens', async () => {
    const { acceptToken: _, ...without } = fakeProvider()
    const { engine } = setup({ more: { q: without } })
    const error = await refusal(() => engine.accept(owner, 'q', 'canary'))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^providers\.q has no tokens\b.*\.$/)
    expect(shown(error)).not.toContain('canary')
  })

  it('is refused as the provider says, and nothing is stored', async () => {
    const { store, log } = recordingStore()
    const failure = new OAuthError('token_not_accepted')
    const { engine } = setup({ store, provider: { acceptToken: () => Promise.reject(failure) } })
    expect(await refusal(() => engine.accept(owner, 'p', 'token'))).toBe(failure)
    expect(log).toEqual([])
  })

  it('is not ended at the provider when it cannot be stored', async () => {
    const { store, state } = breakableStore()
    const { engine, log } = setup({ store })
    state.broken.add('put')
    const error = await refusal(() => engine.accept(owner, 'p', 'grant:token'))
    expect(error.code).toBe('store_unavailable')
    expect(log).toEqual(['accept'])
  })
})
