import { describe, expect, it } from 'vitest'
import { createEmulator } from '../src/index.ts'

const SCENARIOS = createEmulator().control.scenarios()
const ENDPOINTS =
  /^(authorize|installer|callback|token-endpoint|token-info|token|code|refresh|introspect|revoke|api|bi-event|userinfo|id-token|metadata|jwks)-/

describe('the vocabulary of faults', () => {
  it('has names that start with an endpoint', () => {
    expect(SCENARIOS.filter(({ name }) => !ENDPOINTS.test(name))).toEqual([])
  })

  it('has one description for each name, and each name once at a provider', () => {
    const descriptions = new Map(SCENARIOS.map(({ name, description }) => [name, description]))
    expect(SCENARIOS.filter(({ name, description }) => descriptions.get(name) !== description)).toEqual([])
    expect(new Set(SCENARIOS.map(({ provider, name }) => `${provider} ${name}`)).size).toBe(SCENARIOS.length)
  })

  it('leaves out what a provider has no endpoint for', () => {
    const namesOf = (provider: string) =>
      SCENARIOS.filter((scenario) => scenario.provider === provider).map(({ name }) => name)
    expect(namesOf('github')).not.toContain('refresh-rejected')
    expect(namesOf('github')).not.toContain('id-token-missing')
    expect(namesOf('apple')).not.toContain('api-401')
    expect(namesOf('google')).toContain('metadata-503')
    expect(namesOf('wix')).not.toContain('revoke-503')
  })
})
