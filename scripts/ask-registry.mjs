// Runs before pnpm installs, and says when the registry does not answer: pnpm waits for it without a word. This is
// JavaScript, because the Node that runs it may be one that takes no TypeScript.
import { execFileSync } from 'node:child_process'

const LIMIT_MS = 2000
// Other errors, such as those of certificates, come from a server that answers.
const NO_ANSWER = /^(E(AI_AGAIN|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|TIMEDOUT)|UND_ERR_CONNECT_TIMEOUT)$/

const { env } = process
const registry = env.npm_config_registry ?? registryOfPnpm()
// pnpm asks a proxy in place of the registry, and `fetch` does not.
const asked = env.npm_config_https_proxy || env.HTTPS_PROXY || env.https_proxy || registry

try {
  if (asked) await fetch(asked, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(LIMIT_MS) })
} catch (error) {
  const code = error.name === 'TimeoutError' ? 'ETIMEDOUT' : String(error.cause?.code)
  if (NO_ANSWER.test(code)) {
    console.error(`The registry does not answer (${new URL(asked).host}: ${code}).`)
    console.error('The dependencies come from there. Check the network, the proxy, and `npm config get registry`.')
    console.error('pnpm goes on trying for a few minutes; Ctrl-C ends it.')
  }
}
// A connection without an answer would keep the process.
process.exit()

function registryOfPnpm() {
  try {
    return execFileSync(env.npm_execpath ?? 'pnpm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  } catch {
    // Which registry it is, pnpm alone knows then.
    return undefined
  }
}
