import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { BINDINGS, CLASS_NAME } from './oauth-file.ts'
import { type Project, readConfig, type WranglerConfig } from './project.ts'

/** A member of the wrangler file, as JSON and as TOML. */
interface Member {
  readonly key: string
  readonly json: string
  readonly toml: string
}

const KV: Member = {
  key: 'kv_namespaces',
  json: `[{ "binding": "${BINDINGS.kv}" }]`,
  toml: `[[kv_namespaces]]\nbinding = "${BINDINGS.kv}"`,
}
const OBJECT: readonly Member[] = [
  {
    key: 'durable_objects',
    json: `{ "bindings": [{ "name": "${BINDINGS.object}", "class_name": "${CLASS_NAME}" }] }`,
    toml: `[[durable_objects.bindings]]\nname = "${BINDINGS.object}"\nclass_name = "${CLASS_NAME}"`,
  },
  {
    key: 'migrations',
    json: `[{ "tag": "v1", "new_sqlite_classes": ["${CLASS_NAME}"] }]`,
    toml: `[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["${CLASS_NAME}"]`,
  },
]

/** What the wrangler file becomes: a text, or the lines to add by hand. */
export interface WranglerEdit {
  readonly text?: string
  readonly byHand?: readonly string[]
}

/** The part of a project that has its wrangler file. */
type WranglerFile = Pick<Project, 'wrangler' | 'config' | 'configPath'>

/**
 * Adds the binding that a configuration reads. Wrangler's own editor would write the whole file anew, so the text is
 * edited here, and Wrangler reads a copy of the result.
 *
 * @param text - the wrangler file
 */
export function addBinding(project: WranglerFile, text: string, configuration: string): WranglerEdit {
  const { config, configPath } = project
  const needsSwap = configuration.includes(`env.${BINDINGS.object}`)
  if (!needsSwap && !configuration.includes(`env.${BINDINGS.kv}`)) return {}
  if (hasBinding(config, needsSwap)) return {}
  const members = needsSwap ? OBJECT : [KV]
  const isToml = configPath.endsWith('.toml')
  const byHand = { byHand: members.map(({ key, json, toml }) => (isToml ? toml : `"${key}": ${json}`)) }
  // A migration goes behind those that there are, with a tag of its own.
  if (needsSwap && (config.durable_objects.bindings.length > 0 || config.migrations.length > 0)) return byHand
  const edited = isToml
    ? `${text.trimEnd()}\n\n${members.map(({ toml }) => toml).join('\n\n')}\n`
    : members.reduce<string | undefined>((json, member) => json && addToJson(json, member), text)
  return edited !== undefined && isRead(project, edited, needsSwap) ? { text: edited } : byHand
}

function hasBinding({ kv_namespaces, durable_objects }: WranglerConfig, needsSwap: boolean): boolean {
  return needsSwap
    ? durable_objects.bindings.some(({ name, class_name }) => name === BINDINGS.object && class_name === CLASS_NAME)
    : kv_namespaces.some(({ binding }) => binding === BINDINGS.kv)
}

/** Whether Wrangler finds the binding in a text. */
function isRead({ wrangler, configPath }: WranglerFile, text: string, needsSwap: boolean): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'hono-oauth-init-'))
  try {
    const copy = join(folder, basename(configPath))
    writeFileSync(copy, text)
    return hasBinding(readConfig(wrangler, { config: copy }), needsSwap)
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Token {
  readonly text: string
  readonly index: number
  /** How many brackets are open before it. */
  readonly depth: number
}

const TOKEN = /"(?:\\.|[^"\\])*"|\/\/.*|\/\*[\s\S]*?\*\/|[^\s"]/g

/** The tokens of JSON with comments, without the comments. */
function tokensOf(json: string): Token[] {
  let depth = 0
  const tokens: Token[] = []
  for (const { 0: text, index } of json.matchAll(TOKEN)) {
    if (/^\/[/*]/.test(text)) continue
    if (/^[}\]]$/.test(text)) depth--
    tokens.push({ text, index, depth })
    if (/^[{[]$/.test(text)) depth++
  }
  return tokens
}

/** Adds a member at the end of the file, or its items at the beginning of the list that is there. */
function addToJson(json: string, { key, json: value }: Member): string | undefined {
  const tokens = tokensOf(json)
  const at = tokens.findIndex(
    ({ text, depth }, index) => depth === 1 && text === `"${key}"` && tokens[index + 1]?.text === ':',
  )
  if (at !== -1) {
    const [open, next] = tokens.slice(at + 2, at + 4)
    if (open?.text !== '[' || !next) return undefined
    const after = open.index + 1
    return `${json.slice(0, after)}${value.slice(1, -1)}${next.text === ']' ? '' : ', '}${json.slice(after)}`
  }
  const [last, close] = tokens.slice(-2)
  if (!last || close?.text !== '}') return undefined
  const end = last.index + last.text.length
  const comma = last.text === '{' || last.text === ',' ? '' : ','
  const between = json.slice(end, close.index)
  const indent = /\n([ \t]+)"/.exec(json)?.[1] ?? '  '
  const added = between.includes('\n')
    ? `${between.trimEnd()}\n${indent}"${key}": ${value}\n`
    : `${between.trimEnd()} "${key}": ${value} `
  return `${json.slice(0, end)}${comma}${added}${json.slice(close.index)}`
}
