import { describe, expect, it } from 'vitest'
import { isTokenText } from '../../src/protocol/token-text.ts'

describe('isTokenText', () => {
  it.each(['a', 'ws-1', 'a.b-c_d~e+f/g=', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])(
    'takes %s',
    (text) => {
      expect(isTokenText(text)).toBe(true)
    },
  )

  it('does not take nothing', () => {
    expect(isTokenText('')).toBe(false)
  })
})
