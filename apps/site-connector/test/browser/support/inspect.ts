import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { ExpectStatic } from 'vitest'
import { ambiguousNames, excessWidth, openQuestion, openQuestions, runAxe } from './in-page.ts'
import { openCopy } from './rig.ts'

const SCREENSHOTS = fileURLToPath(new URL('../../../test-output/screenshots/', import.meta.url))
const WIDE = 1280
const WIDTHS = [320, WIDE]

export type Scheme = 'light' | 'dark'

/** What must hold for every page: it fits, it is accessible, and no name has two targets. Takes its screenshots. */
export async function inspect(
  expect: ExpectStatic,
  page: Page,
  name: string,
  schemes: readonly Scheme[] = ['light'],
): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    expect(await page.evaluate(excessWidth), `sideways scroll at ${width}`).toBe(0)
    // A narrow picture of each main state is enough.
    if (width !== WIDE && schemes.length === 1) continue
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme })
      const suffix = `${colorScheme === 'light' ? '' : '-dark'}${width === WIDE ? '' : `-${width}`}`
      await page.screenshot({ path: `${SCREENSHOTS}${name}${suffix}.png`, fullPage: true })
    }
  }
  expect(await page.evaluate(ambiguousNames), 'names with two targets').toEqual([])
  expect(await violations(page, schemes), 'axe').toEqual([])
}

/** What axe finds. It needs scripts, so a tab with scripts shows a copy of the page as it stands. */
async function violations(page: Page, schemes: readonly Scheme[]): Promise<readonly string[]> {
  const copy = await openCopy(page.url(), await page.content())
  for (const id of await page.evaluate(openQuestions)) await copy.evaluate(openQuestion, id)
  const found: string[] = []
  for (const colorScheme of schemes) {
    await copy.emulateMedia({ colorScheme })
    found.push(...(await copy.evaluate(runAxe)))
  }
  return found
}
