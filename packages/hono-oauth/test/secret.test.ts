import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../src/secret.ts'

const TEXT = 'canary-9b7d-secret'
const secret = new Secret(TEXT)

/** What a program prints with `console`. */
function printed(print: (console: Console) => void): string {
  let output = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      output += String(chunk)
      done()
    },
  })
  print(new Console(stream))
  return output
}

describe('Secret', () => {
  it('gives its text to reveal() alone', () => {
    expect(secret.reveal()).toBe(TEXT)
    expect(new Secret('').reveal()).toBe('')
  })

  it.each([
    ['String', () => String(secret)],
    ['a template', () => `${secret}`],
    ['join', () => [secret].join()],
    ['inspect', () => inspect(secret)],
    ['console.log', () => printed((console) => console.log(secret)).trim()],
    ['console.error with %s', () => printed((console) => console.error('%s', secret)).trim()],
    ['format with %s', () => format('%s', secret)],
  ])('shows [redacted] in %s', (_name, show) => {
    expect(show()).toBe('[redacted]')
  })

  it('shows [redacted] in JSON, alone and inside', () => {
    expect(JSON.stringify(secret)).toBe('"[redacted]"')
    expect(JSON.stringify({ list: [secret], secret })).toBe('{"list":["[redacted]"],"secret":"[redacted]"}')
    expect(format('%j', { secret })).toBe('{"secret":"[redacted]"}')
  })

  const nested = { deep: { list: [secret], map: new Map([['token', secret]]) } }
  const failed = new Error('failed', { cause: { secret } })
  it.each([
    ['a nested value', () => inspect(nested, { depth: Number.POSITIVE_INFINITY })],
    ['hidden properties', () => inspect(nested, { showHidden: true, depth: 10 })],
    ['an inspection past its own rule', () => inspect(secret, { customInspect: false })],
    [
      'hidden properties past its own rule',
      () => inspect(nested, { customInspect: false, showHidden: true, depth: 10, getters: true }),
    ],
    ['console.dir', () => printed((console) => console.dir(nested, { depth: 10 }))],
    ['console.table', () => printed((console) => console.table([{ secret }]))],
    ['format with %o', () => format('%o %O', nested, nested)],
    ['the cause of an error', () => inspect(failed, { depth: 10 }) + failed.stack],
    ['an aggregate', () => inspect(new AggregateError([failed, secret], 'x'), { depth: 10 })],
    ['a thrown secret', () => inspect(new Error(`${secret}`))],
    ['its own keys', () => Reflect.ownKeys(secret).map(String).join()],
    ['its entries', () => JSON.stringify(Object.entries(secret))],
    ['a spread copy', () => inspect({ ...secret })],
    ['an assigned copy', () => JSON.stringify(Object.assign({}, secret))],
    ['a structured clone', () => inspect(structuredClone(secret))],
    ['its class', () => inspect(Secret, { showHidden: true }) + String(secret.constructor)],
  ])('shows nothing of the text in %s', (_name, show) => {
    expect(show()).not.toContain(TEXT)
    expect(show()).not.toContain('canary')
  })
})
