import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'

type Vars = Record<string, string>

const EMULATOR_VARS = [
  'WEBFLOW_CLIENT_ID',
  'WEBFLOW_CLIENT_SECRET',
  'WIX_APP_ID',
  'WIX_APP_SECRET',
  'WIX_PRIVATE_KEY',
  'EXAMPLE_CLIENT_ID',
  'EXAMPLE_CLIENT_SECRET',
]

/**
 * Reads the local secrets of this checkout. Generates missing ones and adds them to their file.
 *
 * @param workerFile - the variables that wrangler gives to the Worker
 * @param emulatorFile - the variables that only the emulator reads
 * @returns the environment variables of the emulator
 */
export async function ensureLocalSecrets(workerFile: URL, emulatorFile: URL): Promise<Vars> {
  const worker = await readVars(workerFile)
  const emulator = await readVars(emulatorFile)
  const keyPair = generateKeyPair()
  const isPaired = worker['WIX_PUBLIC_KEY'] && emulator['WIX_PRIVATE_KEY']
  const workerSecrets = {
    OAUTH_KEYS: worker['OAUTH_KEYS'] ?? randomBytes(32).toString('base64url'),
    WEBFLOW_CLIENT_ID: worker['WEBFLOW_CLIENT_ID'] ?? randomBytes(32).toString('hex'),
    WEBFLOW_CLIENT_SECRET: worker['WEBFLOW_CLIENT_SECRET'] ?? randomBytes(32).toString('hex'),
    WIX_APP_ID: worker['WIX_APP_ID'] ?? randomUUID(),
    WIX_APP_SECRET: worker['WIX_APP_SECRET'] ?? randomUUID(),
    WIX_PUBLIC_KEY: isPaired ? worker['WIX_PUBLIC_KEY'] : keyPair.publicKey,
  }
  const emulatorSecrets = {
    EXAMPLE_CLIENT_ID: emulator['EXAMPLE_CLIENT_ID'] ?? randomUUID(),
    EXAMPLE_CLIENT_SECRET: emulator['EXAMPLE_CLIENT_SECRET'] ?? randomBytes(32).toString('hex'),
    WIX_PRIVATE_KEY: isPaired ? emulator['WIX_PRIVATE_KEY'] : keyPair.privateKey,
  }
  await addVars(workerFile, worker, workerSecrets)
  await addVars(emulatorFile, emulator, emulatorSecrets)
  const all = { ...worker, ...workerSecrets, ...emulatorSecrets } as Vars
  return Object.fromEntries(EMULATOR_VARS.map((name) => [name, all[name] ?? '']))
}

/** Gives another Worker of this checkout the same clients at the providers, with keys of its own. */
export async function copyLocalSecrets(from: URL, to: URL): Promise<void> {
  const [shared, own] = [await readVars(from), await readVars(to)]
  await addVars(to, own, {
    ...shared,
    OAUTH_KEYS: own['OAUTH_KEYS'] ?? randomBytes(32).toString('base64url'),
    SESSION_SECRET: own['SESSION_SECRET'] ?? randomBytes(32).toString('base64url'),
  })
}

async function readVars(file: URL): Promise<Vars> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.matchAll(/^\s*(\w+)\s*=\s*(["']?)(.*?)\2\s*$/gm)
  return Object.fromEntries([...lines].map(([, name, , value]) => [name, value]))
}

/** Appends new and changed variables to the file. The last line of a name counts. */
async function addVars(file: URL, known: Vars, wanted: Record<string, string | undefined>) {
  const lines = Object.entries(wanted).filter(([name, value]) => known[name] !== value)
  const text = lines.map(([name, value]) => `${name}="${value}"\n`).join('')
  if (text) await appendFile(file, `\n${text}`, { mode: 0o600 })
}

function generateKeyPair(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const onOneLine = (pem: string) => pem.trim().replaceAll('\n', '\\n')
  return { publicKey: onOneLine(publicKey), privateKey: onOneLine(privateKey) }
}
