import { expect, it } from 'vitest'
import { KeyRing } from '../../src/crypto/key-ring.ts'
import { makeProject, runCommand } from './project.ts'

const OLD = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
const OLDER = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')

it('prints a key that the package takes, and nothing else', async () => {
  const folder = await makeProject({})
  const runs = await Promise.all([runCommand(folder, ['keygen']), runCommand(folder, ['keygen'])])
  expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ])
  const [first, second] = runs.map(({ stdout }) => stdout)
  expect(first).toMatch(/^[\w+/]{43}=\n$/)
  expect(first).not.toBe(second)
  expect(() => new KeyRing(first ?? '')).not.toThrow()
})

it.each([
  ['standard input', { '.dev.vars': 'OAUTH_KEYS=not-this' }, `${OLD}, ${OLDER}\n`],
  ['.dev.vars, with an empty input', { '.dev.vars': `OAUTH_KEYS="${OLD},${OLDER}"` }, ''],
  ['.dev.vars, without an input', { '.dev.vars': `A=b\nOAUTH_KEYS=${OLD},${OLDER}` }, undefined],
])('--ring puts a new key before the old ones of %s', async (_title, files: Record<string, string>, input) => {
  const { code, stdout } = await runCommand(await makeProject(files), ['keygen', '--ring'], input)
  const [newest, ...others] = stdout.trim().split(',')
  expect([code, others]).toEqual([0, [OLD, OLDER]])
  expect(others).not.toContain(newest)
  expect(() => new KeyRing(stdout)).not.toThrow()
})

it.each([
  ['a short key', `${OLD},c2hvcnQtY2FuYXJ5`, 'keys[1] is not 32 bytes'],
  ['a typed key', `${'a'.repeat(43)}=`, 'keys[0] is not random'],
  ['no key', undefined, 'There is no old key'],
])('--ring refuses %s, without a key or a secret in its words', async (_title, input, words) => {
  const { code, stdout, stderr } = await runCommand(await makeProject({}), ['keygen', '--ring'], input)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(words)
  for (const old of input?.split(',') ?? []) expect(stderr).not.toContain(old)
})

it.each([
  [[], 0, 'npx hono-oauth doctor', ''],
  [['--help'], 0, 'npx hono-oauth keygen', ''],
  [['doctor', '--help'], 0, 'npx hono-oauth init', ''],
  [['nope'], 2, '', 'There is no command "nope": the commands are init, doctor, keygen.'],
  [['toString'], 2, '', 'There is no command "toString"'],
  [['keygen', '--yes'], 2, '', "Unknown option '--yes'"],
  [['keygen', OLD], 2, '', 'npx hono-oauth --help'],
  [['doctor'], 1, '', 'There is no wrangler.jsonc'],
])('hono-oauth %j ends with %i', async (args, expected, out, error) => {
  const { code, stdout, stderr } = await runCommand(await makeProject({}), args)
  expect(code).toBe(expected)
  expect(stdout).toContain(out)
  expect(stderr).toContain(error)
})
