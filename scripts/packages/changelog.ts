const UNRELEASED = '\n## Unreleased\n'

/** Moves what stands under `## Unreleased` in a CHANGELOG to the end of the version below it, the newest one. */
export function moveUnreleased(changelog: string): string {
  const start = changelog.indexOf(UNRELEASED)
  if (start === -1) return changelog
  const sections = changelog.slice(start + UNRELEASED.length).split(/^(?=## )/m)
  const [unreleased = '', newest = '', ...older] = sections.map((section) => section.trim())
  return `${[changelog.slice(0, start).trimEnd(), newest, unreleased, ...older].join('\n\n')}\n`
}
