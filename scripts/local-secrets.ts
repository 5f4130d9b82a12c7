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
 * Reads the local secrets, made anew for each checkout: what is missing is made and added to its file.
 *
 * @param workerFile - what wrangler gives to the Worker
 * @param emulatorFile - what a provider alone would know
 * @returns what the emulator has to be told
 */
export async function ensureLocalSecrets(workerFile: URL, emulatorFile: URL): Promise<Vars> {
  const worker = await readVars(workerFile)
  const emulator = await readVars(emulatorFile)
  const keyPair = makeKeyPair()
  const isPaired = worker['WIX_PUBLIC_KEY'] && emulator['WIX_PRIVATE_KEY']
  const madeForWorker = {
    OAUTH_KEYS: worker['OAUTH_KEYS'] ?? randomBytes(32).toString('base64url'),
    WEBFLOW_CLIENT_ID: worker['WEBFLOW_CLIENT_ID'] ?? randomBytes(32).toString('hex'),
    WEBFLOW_CLIENT_SECRET: worker['WEBFLOW_CLIENT_SECRET'] ?? randomBytes(32).toString('hex'),
    WIX_APP_ID: worker['WIX_APP_ID'] ?? randomUUID(),
    WIX_APP_SECRET: worker['WIX_APP_SECRET'] ?? randomUUID(),
    WIX_PUBLIC_KEY: isPaired ? worker['WIX_PUBLIC_KEY'] : keyPair.publicKey,
  }
  const madeForEmulator = {
    EXAMPLE_CLIENT_ID: emulator['EXAMPLE_CLIENT_ID'] ?? randomUUID(),
    EXAMPLE_CLIENT_SECRET: emulator['EXAMPLE_CLIENT_SECRET'] ?? randomBytes(32).toString('hex'),
    WIX_PRIVATE_KEY: isPaired ? emulator['WIX_PRIVATE_KEY'] : keyPair.privateKey,
  }
  await addVars(workerFile, worker, madeForWorker)
  await addVars(emulatorFile, emulator, madeForEmulator)
  const all = { ...worker, ...madeForWorker, ...madeForEmulator } as Vars
  return Object.fromEntries(EMULATOR_VARS.map((name) => [name, all[name] ?? '']))
}

async function readVars(file: URL): Promise<Vars> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.matchAll(/^\s*(\w+)\s*=\s*(["']?)(.*?)\2\s*$/gm)
  return Object.fromEntries([...lines].map(([, name, , value]) => [name, value]))
}

/** Adds what is new below what the file holds already; of two lines of one name, the later counts. */
async function addVars(file: URL, known: Vars, made: Record<string, string | undefined>) {
  const lines = Object.entries(made).filter(([name, value]) => known[name] !== value)
  const text = lines.map(([name, value]) => `${name}="${value}"\n`).join('')
  if (text) await appendFile(file, `\n${text}`, { mode: 0o600 })
}

function makeKeyPair(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const onOneLine = (pem: string) => pem.trim().replaceAll('\n', '\\n')
  return { publicKey: onOneLine(publicKey), privateKey: onOneLine(privateKey) }
}
