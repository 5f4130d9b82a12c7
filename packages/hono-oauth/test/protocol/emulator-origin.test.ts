import { describe, expect, it } from 'vitest'
import { BackChannel, emulatorOrigin, isLoopback } from '../../src/protocol/back-channel.ts'
import { fakeFetch, json } from './fake-fetch.ts'
import { refusal, shown } from './refusal.ts'

const EMULATOR = 'http://localhost:9000'

describe('locate', () => {
  it.each([
    ['https://api.webflow.com', `${EMULATOR}/api.webflow.com/`],
    [
      'https://api.webflow.com/v2/sites?a=1&b=%20',
      `${EMULATOR}/api.webflow.com/v2/sites?a=1&b=%20`,
    ],
    ['https://webflow.com/a/../oauth/authorize', `${EMULATOR}/webflow.com/oauth/authorize`],
    ['https://api.webflow.com:8443/x', `${EMULATOR}/api.webflow.com:8443/x`],
    ['https://api.webflow.com//evil.example/x', `${EMULATOR}/api.webflow.com//evil.example/x`],
  ])('finds %s at the emulator', async (url, expected) => {
    const { fetch, sent } = fakeFetch(json({}), json({}))
    const backChannel = new BackChannel({ fetch, emulator: EMULATOR, timeoutMs: 1000 })
    expect(backChannel.locate(new URL(url)).href).toBe(expected)
    await backChannel.request(new URL(url), {})
    await backChannel.send(new URL(url), {})
    expect(sent.map((request) => request.url)).toEqual([expected, expected])
  })

  it('leaves a URL alone without an emulator', () => {
    const { fetch } = fakeFetch()
    const url = new URL('https://api.webflow.com/v2/sites?a=1')
    expect(new BackChannel({ fetch, timeoutMs: 1000 }).locate(url).href).toBe(url.href)
  })
})

describe('emulatorOrigin', () => {
  it.each([
    'http://localhost:9000',
    'http://localhost',
    'https://localhost:8443',
    'http://127.0.0.1:9000',
    'http://[::1]:9000',
  ])('accepts %s', (value) => {
    expect(emulatorOrigin(value)).toBe(value)
  })

  it.each([
    '',
    'localhost',
    'localhost:9000',
    '//localhost:9000',
    'http://',
    'null',
    'https://example.com',
    'http://example.com:9000',
    'http://localhost.example.com',
    'http://localhost.evil',
    'http://evil-localhost',
    'http://localhost@evil.example',
    'http://localhost:9000@evil.example',
    'http://user@localhost:9000',
    'http://evil.example#localhost',
    'http://evil.example?localhost',
    'http://localhost:9000/',
    'http://localhost:9000/path',
    'http://localhost:9000?x',
    'http://localhost:80',
    'HTTP://LOCALHOST:9000',
    'http://localhost.:9000',
    'http://0.0.0.0:9000',
    'http://[::]:9000',
    'http://127.0.0.1.nip.io:9000',
    'http://127.1:9000',
    'http://2130706433:9000',
    'http://0x7f000001:9000',
    'http://10.0.0.1:9000',
    'http://192.168.0.1:9000',
    'http://169.254.169.254',
    'http://[::ffff:10.0.0.1]:9000',
    'http://ⓛocalhost:9000',
    ' http://localhost:9000',
    'http://localhost:9000 ',
    'http://localhost:99999',
    'file:///etc/passwd',
    'file://localhost',
    'data:text/plain,localhost',
    'javascript:localhost',
    'blob:http://localhost:9000/x',
    'ftp://localhost',
    'ws://localhost:9000',
    'wss://localhost:9000',
  ])('refuses %j without repeating it', async (value) => {
    const error = await refusal(() => emulatorOrigin(value))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(
      /^emulator is not a loopback origin such as http:\/\/localhost:9000\.$/,
    )
    if (!error.message.includes(value)) expect(shown(error)).not.toContain(value)
  })
})

describe('isLoopback', () => {
  it.each([
    ['http://localhost', true],
    ['https://127.0.0.1:1', true],
    ['http://[::1]', true],
    ['http://app.example', false],
    ['http://localhost.example', false],
    ['http://127.0.0.2', false],
    ['http://localhost@evil.example', false],
  ])('%s: %s', (url, loopback) => {
    expect(isLoopback(new URL(url))).toBe(loopback)
  })
})
