import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { expectRefusal } from '../rig/oracles.ts'
import type { Isolate } from '../rig/place.ts'
import { CLIENT } from '../rig/provider.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'

type Request = Parameters<Rig['provider']['control']['buildWebhook']>[0]
type Provider = Request['provider']

/** A webhook as the platform sends it. */
export async function message(rig: Rig, request: Request) {
  const { headers, body } = await rig.provider.control.buildWebhook(request)
  return { provider: request.provider, headers: { ...headers } as Record<string, string>, body }
}

type Message = Awaited<ReturnType<typeof message>>

export function deliver(rig: Rig, { provider, headers, body }: Message, isolate?: Isolate): Promise<Response> {
  return rig.browser(undefined, isolate).request(`/auth/${provider}/webhook`, { method: 'POST', headers, body })
}

/** It is refused: no handler runs, nothing is stored, no provider is asked. */
async function refused(
  rig: Rig,
  sent: Message,
  about: string,
  [status, code] = [401, 'webhook_unverified'] as [number, string],
): Promise<void> {
  const stored = await rig.place.dump()
  const requests = rig.wire.sent.length
  const { webhooks } = await rig.place.ran()
  await expectRefusal(await deliver(rig, sent), status, code, about)
  expect((await rig.place.ran()).webhooks).toHaveLength(webhooks.length)
  expect(await rig.place.dump()).toEqual(stored)
  expect(rig.wire.sent.length, about).toBe(requests)
}

const webflow = (rig: Rig, more: object = {}) => message(rig, { provider: 'webflow', event: 'site_publish', ...more })

function wix(rig: Rig, more: object = {}): Promise<Message> {
  const { control } = rig.provider
  if (control.wix.instances().length === 0) control.wix.install()
  return message(rig, { provider: 'wix', event: 'AppInstalled', ...more })
}

const handled = async (rig: Rig, provider: Provider) =>
  (await rig.place.ran()).webhooks.filter((webhook) => webhook.provider === provider).length

/** Another header before the same payload, and a signature of these two, or the old one. */
function reheaded({ body, ...rest }: Message, header: object, signature?: (input: string) => Buffer): Message {
  const [, payload = '', old] = body.split('.')
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`
  return { ...rest, body: `${input}.${signature?.(input).toString('base64url') ?? old}` }
}

/** Headers that say where an attacker's key is. */
const POINTERS = [
  ...[{ jku: 'https://evil.example/keys' }, { x5u: 'https://evil.example/cert' }, { kid: '../../../../dev/null' }],
]

const SIGNATURE = 'x-webflow-signature'
const TIMESTAMP = 'x-webflow-timestamp'

export const WEBHOOKS: Section = {
  title: 'webhooks',
  rows: [
    row(184, 'a signature or a time that is missing, empty or there twice', async (rig) => {
      for (const name of [SIGNATURE, TIMESTAMP]) {
        const { headers, ...rest } = await webflow(rig)
        const { [name]: value = '', ...others } = headers
        await refused(rig, { ...rest, headers: others }, `no ${name}`)
        for (const text of ['', `${value}, ${value}`, `${value},`, ` ${value}0`]) {
          await refused(rig, { ...rest, headers: { ...others, [name]: text } }, `${name}: ${text}`)
        }
      }
      await refused(rig, await webflow(rig, { unsigned: true }), 'unsigned')
    }),
    row(185, 'a byte of the body, the time or the secret changed', async (rig) => {
      const sent = await webflow(rig)
      await refused(rig, { ...sent, body: `${sent.body} ` }, 'a space behind')
      await refused(rig, { ...sent, body: sent.body.replace('site', 'sitE') }, 'a letter')
      const time = String(Number(sent.headers[TIMESTAMP]) + 1)
      await refused(rig, { ...sent, headers: { ...sent.headers, [TIMESTAMP]: time } }, 'the time')
      const signature = sent.headers[SIGNATURE] ?? ''
      const flipped = (signature.startsWith('0') ? '1' : '0') + signature.slice(1)
      await refused(rig, { ...sent, headers: { ...sent.headers, [SIGNATURE]: flipped } }, 'the signature')
      await refused(rig, await webflow(rig, { secret: 'another secret' }), 'the secret')
      expect((await deliver(rig, sent)).status).toBe(200)
    }),
    row(187, 'a time that is old, to come, or no time', async (rig) => {
      const seconds = String(Math.floor(rig.provider.control.now() / 1000))
      for (const more of [
        { ageSeconds: 301 },
        { ageSeconds: -120 },
        ...['NaN', '1e99', '-1760000000000', seconds, 'Infinity', '0x1'].map((timestamp) => ({ timestamp })),
      ]) {
        await refused(rig, await webflow(rig, more), JSON.stringify(more))
      }
    }),
    row(188, 'the same one again within its time', [503], async (rig) => {
      const sent = await webflow(rig)
      const answers = await Promise.all([1, 2, 3].map(() => deliver(rig, sent)))
      await rig.restart()
      const again = await deliver(rig, sent)
      // While the first is handled, the provider is to deliver the others again.
      for (const { status } of answers) expect([200, 503]).toContain(status)
      expect([answers.filter(({ status }) => status === 200).length > 0, again.status]).toEqual([true, 200])
      // None after the restart, which forgot what had been handled before it.
      expect(await handled(rig, 'webflow')).toBe(0)
      const other = await webflow(rig)
      await Promise.all([deliver(rig, other), deliver(rig, other)])
      await deliver(rig, other)
      expect(await handled(rig, 'webflow')).toBe(1)
    }),
    row(190, 'a secret that is replaced, and one of a single webhook', async (rig) => {
      const ownSecret = 'the secret of one webhook'
      await refused(rig, await webflow(rig, { secret: ownSecret }), 'before it is known')
      await rig.restart({ webhookSecrets: [ownSecret, 'the next one'] })
      for (const secret of [ownSecret, 'the next one', CLIENT.secret]) {
        await rig.advance(1)
        expect((await deliver(rig, await webflow(rig, { secret }))).status).toBe(200)
      }
      expect(await handled(rig, 'webflow')).toBe(3)
      await refused(rig, await webflow(rig, { secret: 'a third one' }), 'another one')
    }),
    row(191, 'how signatures are compared', async (rig) => {
      const folder = new URL('../../src/', import.meta.url)
      const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      for (const source of sources) {
        expect(source).not.toMatch(
          /(?<!typeof )\b(signature|h?mac|\w*secret) *[!=]={1,2}(?!=)(?! *(undefined|null|''))/i,
        )
      }
      expect(sources.join()).toContain("crypto.subtle.verify('HMAC'")
      // Each prefix of the right signature is as wrong as any.
      const sent = await webflow(rig)
      const right = sent.headers[SIGNATURE] ?? ''
      for (const length of [0, 1, 32, 62, 63]) {
        const guess = right.slice(0, length).padEnd(64, right[length] === '0' ? '1' : '0')
        await refused(rig, { ...sent, headers: { ...sent.headers, [SIGNATURE]: guess } }, `${length} characters right`)
      }
    }),
    row(193, 'a token that says it needs no signature', async (rig) => {
      await refused(rig, await wix(rig, { fault: 'alg-none' }), 'none')
      const sent = await wix(rig)
      for (const alg of ['none', 'None', 'nOnE', 'NONE', '', undefined]) {
        for (const signature of [() => Buffer.alloc(0), undefined]) {
          await refused(rig, reheaded(sent, { alg, typ: 'JWT' }, signature), `${alg}`)
        }
      }
    }),
    row(194, 'a token signed with the public key as a secret', async (rig) => {
      for (const form of ['', '-trimmed', '-escaped']) {
        await refused(rig, await wix(rig, { fault: `hs256-public-key${form}` }), form)
      }
      const sent = await wix(rig)
      const pem = await rig.provider.control.wix.publicKey()
      for (const bits of [256, 512]) {
        const mac = (input: string) => createHmac(`sha${bits}`, pem.trim()).update(input).digest()
        await refused(rig, reheaded(sent, { alg: `HS${bits}` }, mac), `HS${bits}`)
      }
    }),
    row(196, 'a header that brings or points to a key', async (rig) => {
      const jwk = { kty: 'RSA', n: 'AQAB', e: 'AQAB' }
      for (const header of [{ jwk }, ...POINTERS, { x5c: ['MIIB'] }, { kid: "' OR 1=1 --" }]) {
        await refused(rig, await wix(rig, { fault: 'foreign-key', header }), JSON.stringify(header))
      }
      // A key that comes with its own token, and has signed it.
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const own = { alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }), kid: 'own' }
      const signature = (input: string) => sign('sha256', Buffer.from(input), privateKey)
      await refused(rig, reheaded(await wix(rig), own, signature), 'a key of its own')
      // Where the app's own key has signed, these headers choose nothing either, and no server is asked.
      for (const header of [{ jwk: own.jwk }, ...POINTERS]) {
        await rig.advance(1)
        expect((await deliver(rig, await wix(rig, { header }))).status).toBe(200)
      }
      expect(rig.wire.sent).toEqual([])
      expect(await handled(rig, 'wix')).toBe(4)
      const b64 = false
      for (const header of [{ crit: ['exp'] }, { crit: ['b64'], b64 }, { crit: [] }, { crit: 'b64', b64 }, { b64 }]) {
        await refused(rig, await wix(rig, { header }), JSON.stringify(header))
      }
    }),
    row(197, 'a token that was edited, or is written otherwise', async (rig) => {
      await refused(rig, await wix(rig, { fault: 'edited-payload' }), 'the payload')
      await refused(rig, await wix(rig, { fault: 'foreign-key' }), 'the key')
      const sent = await wix(rig)
      const [head = '', payload = '', signature = ''] = sent.body.split('.')
      const last = signature.at(-1) ?? ''
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const twin = letters[letters.indexOf(last) ^ 1] ?? ''
      for (const [title, body] of [
        ['padding', `${sent.body}==`],
        ['another spelling of the same bytes', `${head}.${payload}.${signature.slice(0, -1)}${twin}`],
        ['a line end within', `${head}.\n${payload}.${signature}`],
        ['quotes', `"${sent.body}"`],
        ['a fourth part', `${sent.body}.`],
        ['two parts', `${head}.${payload}`],
        ['base64 of the other alphabet', sent.body.replaceAll('-', '+').replaceAll('_', '/')],
      ] as const) {
        if (body !== sent.body) await refused(rig, { ...sent, body }, title)
      }
      expect((await deliver(rig, { ...sent, body: ` ${sent.body}\n` })).status).toBe(200)
      expect(await handled(rig, 'wix')).toBe(1)
    }),
    row(199, 'signed nonsense', async (rig) => {
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
      const nested = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
      for (const data of [7, null, {}, [], 'no json', '[]', '"text"', deep, nested, '{}']) {
        const about = JSON.stringify(data).slice(0, 40)
        await refused(rig, await wix(rig, { claims: { data } }), about, [400, 'webhook_malformed'])
      }
      const sent = await wix(rig, { claims: { data: '{"__proto__":{"polluted":true},"eventType":"AppInstalled"}' } })
      await refused(rig, sent, '__proto__', [400, 'webhook_malformed'])
      expect(await rig.place.probe('polluted', { names: ['polluted'] })).toEqual([])
    }),
    row(200, 'twelve deliveries over two days, in any order', async (rig) => {
      const first = await wix(rig)
      await rig.advance(60)
      const second = await wix(rig, { event: 'PaidPlanPurchased' })
      for (let time = 0; time < 12; time++) {
        const order = time % 2 ? [first, second] : [second, first]
        for (const each of order) expect((await deliver(rig, each)).status).toBe(200)
        await rig.advance(4 * 3600 - 60)
      }
      const { webhooks } = await rig.place.ran()
      expect(webhooks.map(({ type }) => type)).toEqual(['PaidPlanPurchased', 'AppInstalled'])
    }),
    row(202, 'a public key that is replaced', async (rig) => {
      const current = await rig.provider.control.wix.publicKey()
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const next = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      await rig.restart({ publicKeys: [next, current] })
      const old = await wix(rig)
      expect((await deliver(rig, old)).status).toBe(200)
      const other = await wix(rig, { event: 'PaidPlanPurchased' })
      const signature = (input: string) => sign('sha256', Buffer.from(input), privateKey)
      expect((await deliver(rig, reheaded(other, { alg: 'RS256', typ: 'JWT' }, signature))).status).toBe(200)
      expect(await handled(rig, 'wix')).toBe(2)
      await refused(rig, await wix(rig, { fault: 'foreign-key' }), 'a third key')
    }),
  ],
}
