import { describe, expect, it } from 'vitest'
import { readJsonObject, readTexts } from '../../src/protocol/json-body.ts'

describe('readJsonObject', () => {
  it.each(['application/json', 'text/plain', 'text/html', ''])(
    'reads an object sent as %j',
    async (type) => {
      const response = new Response('{"a":[1]}', { headers: { 'content-type': type } })
      expect(await readJsonObject(response)).toEqual({ a: [1] })
    },
  )

  it.each(['', ' ', 'null', '[]', '[{}]', '"x"', '1', 'true', '{', '{}{}', '<html>', 'undefined'])(
    'finds none in %j',
    async (body) => {
      expect(await readJsonObject(new Response(body))).toBeUndefined()
    },
  )

  it('finds none where there is no body', async () => {
    expect(await readJsonObject(new Response(null, { status: 204 }))).toBeUndefined()
  })

  it('leaves prototypes alone', async () => {
    await readJsonObject(new Response('{"__proto__":{"polluted":1}}'))
    expect('polluted' in {}).toBe(false)
  })
})

describe('readTexts', () => {
  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 1, null, {}, ['b'], 'c'],
      ['a', 'c'],
    ],
    [[], []],
    [undefined, []],
    [null, []],
    ['a', []],
    [{ 0: 'a', length: 1 }, []],
  ])('reads %j', (value, texts) => {
    expect(readTexts(value)).toEqual(texts)
  })
})
