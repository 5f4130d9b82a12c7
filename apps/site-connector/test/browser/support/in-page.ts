/// <reference lib="dom" />
// Functions that run in the browser.

/** By how many pixels the page is wider than the window. */
export function excessWidth(): number {
  const { scrollWidth, clientWidth } = document.documentElement
  return scrollWidth - clientWidth
}

/** The names that two visible links or buttons with different targets have. */
export function ambiguousNames(): readonly string[] {
  const targets = new Map<string, Set<string>>()
  for (const element of document.querySelectorAll('a, button, summary')) {
    if (!element.checkVisibility()) continue
    const name = (element.ariaLabel ?? element.textContent ?? '').replace(/\s+/g, ' ').trim()
    const target = element instanceof HTMLAnchorElement ? element.href : targetOf(element)
    targets.set(name, (targets.get(name) ?? new Set()).add(target))
  }
  return [...targets].filter(([name, { size }]) => name === '' || size > 1).map(([name]) => name)

  function targetOf(element: Element): string {
    const action = element.closest('form')?.getAttribute('action') ?? ''
    return action + (element.getAttribute('popovertarget') ?? '')
  }
}

/** The ids of the questions that are open. */
export function openQuestions(): readonly string[] {
  return [...document.querySelectorAll(':popover-open')].map(({ id }) => id)
}

export function openQuestion(id: string): void {
  document.getElementById(id)?.showPopover()
}

/** The text of the element with the focus, if it is a status. */
export function focusedStatus(): string | undefined {
  const { activeElement } = document
  return activeElement?.role === 'status' ? (activeElement.textContent ?? '').replace(/\s+/g, ' ').trim() : undefined
}

/** What axe finds: the name of each rule, and where it is broken. */
export async function runAxe(): Promise<readonly string[]> {
  const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
