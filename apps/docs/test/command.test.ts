import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { makeProject, runCommand } from '../../../packages/hono-oauth/test/command/project.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const blockOf = (page: string, language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''

it('the command: doctor says about the app of the page what the page shows', async () => {
  const page = read('../pages/guides/command.md')
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
  const folder = await makeProject({
    'wrangler.jsonc': blockOf(page, 'jsonc'),
    'src/index.ts': read('../examples/start.ts'),
    '.dev.vars': `OAUTH_KEYS=${key}\nGITHUB_CLIENT_ID=github-client-id\nGITHUB_CLIENT_SECRET=github-client-secret\n`,
  })
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  expect(await runCommand(folder, ['doctor'])).toEqual({ code: 1, stderr: '', stdout: blockOf(page, 'txt') })
})
