import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { parseScope } from '../../src/protocol/scope.ts'
import { fuzz } from './settings.ts'

const separator = fc.stringMatching(/^[ ,\t\r\n]{1,3}$/)
const token = fc.oneof(
  fc.stringMatching(/^[a-z]{1,4}:(read|write)$/),
  fc.string({ minLength: 1 }).filter((text) => !/[\s,]/.test(text)),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
)

describe('a list of scopes', () => {
  fuzz(
    'is the tokens of any text, each once, in their order',
    [fc.string({ unit: 'binary', maxLength: 200 })],
    (text) => {
      const scopes = parseScope(text)
      expect(new Set(scopes).size).toBe(scopes.length)
      expect(scopes.every((scope) => /^[^\s,]+$/.test(scope))).toBe(true)
      expect(scopes.join('').length).toBeLessThanOrEqual(text.length)
      const places = scopes.map((scope) => ` ${text} `.replaceAll(/[\s,]/g, ' ').indexOf(` ${scope} `))
      expect(places).toEqual(places.toSorted((one, other) => one - other))
      expect(places).not.toContain(-1)
    },
  )

  fuzz(
    'is what it was before it was written, however it is written',
    [fc.uniqueArray(token), fc.array(separator, { minLength: 20, maxLength: 20 })],
    (tokens, separators) => {
      const text = tokens.map((each, index) => each + (separators[index % 20] ?? ',')).join('')
      expect(parseScope(text)).toEqual(tokens)
      expect(parseScope(`,${text}${text}`)).toEqual(tokens)
      expect(parseScope(tokens.join(' '))).toEqual(tokens)
    },
  )
})
