import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types'
import type { Env } from '../../contenders/env.ts'
import app from '../../contenders/hono-oauth-d1.ts'
import { count, countingApp } from './counting.ts'

interface D1Env extends Env {
  readonly DB: D1Database
}

const countedStatement = (statement: D1PreparedStatement) => ({
  bind: (...params: unknown[]) => countedStatement(statement.bind(...params)),
  async all() {
    const answer = await statement.all()
    count('statements')
    count('rowsRead', answer.meta.rows_read)
    count('rowsWritten', answer.meta.rows_written)
    return answer
  },
})

const countedDatabase = (database: D1Database) => {
  const session = { prepare: (sql: string) => countedStatement(database.prepare(sql)) }
  return { ...session, withSession: () => session } as unknown as D1Database
}

export default countingApp<D1Env>(app, (env) => ({ ...env, DB: countedDatabase(env.DB) }))
