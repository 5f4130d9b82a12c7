import { expect, it } from 'vitest'
import { moveUnreleased } from '../packages/changelog.ts'

const OLDER = `## 0.1.0

The first version.
`

it('moves what is unreleased to the end of the newest version', () => {
  const changelog = `# Changelog

## Unreleased

### Removed

- The setting \`a\`.

## 0.2.0

### Minor Changes

- The setting \`b\`.

${OLDER}`
  expect(moveUnreleased(changelog)).toBe(`# Changelog

## 0.2.0

### Minor Changes

- The setting \`b\`.

### Removed

- The setting \`a\`.

${OLDER}`)
})

it('leaves a CHANGELOG as it is where nothing is unreleased', () => {
  const changelog = `# provider-emulator

## 0.2.0

### Minor Changes

- The option \`c\`.

${OLDER}`
  expect(moveUnreleased(changelog)).toBe(changelog)
})
