import type { KVNamespace } from '@cloudflare/workers-types'
import type { Env } from '../../contenders/env.ts'
import app from '../../contenders/hono-oauth-kv-uncached.ts'
import { count, countingApp } from './counting.ts'

interface KvEnv extends Env {
  readonly TOKENS: KVNamespace
}

const KINDS: Readonly<Record<string, string>> = { get: 'reads', put: 'writes', delete: 'writes', list: 'lists' }

const countedNamespace = (namespace: KVNamespace): KVNamespace =>
  new Proxy(namespace, {
    get(target, name) {
      const member = Reflect.get(target, name) as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        count(KINDS[String(name)] ?? String(name))
        return member.apply(target, args)
      }
    },
  })

export default countingApp<KvEnv>(app, (env) => ({ ...env, TOKENS: countedNamespace(env.TOKENS) }))
