import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { dryRunDeploy } from '../../support/dry-run-deploy.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser listens, and the script of the Worker; `undefined` where there is no browser. */
    readonly browser: { readonly endpoint: string; readonly script: string } | undefined
  }
}

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** Starts the one browser of all tests. */
export default async function setup({ provide }: TestProject) {
  if (!existsSync(CHROMIUM)) {
    console.warn(`The browser tests did not run: there is no ${CHROMIUM}. CHROMIUM_PATH names another Chromium.`)
    provide('browser', undefined)
    return undefined
  }
  const options = { executablePath: CHROMIUM, args: ['--no-sandbox'], headless: true }
  const [server, { script }] = await Promise.all([chromium.launchServer(options), dryRunDeploy()])
  provide('browser', { endpoint: server.wsEndpoint(), script })
  return () => server.close()
}
