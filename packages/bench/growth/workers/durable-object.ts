import { connectionsObject, type ObjectNamespaceLike } from 'hono-oauth/durable-object'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { ObjectHost, type ObjectStorageLike } from '../../../hono-oauth/src/durable-object/object-host.ts'
import type { Env } from '../../contenders/env.ts'
import { appWith, oauthOver } from '../../contenders/hono-oauth-app.ts'
import { count, countingApp } from './counting.ts'

interface ObjectEnv extends Env {
  readonly CONNECTIONS: ObjectNamespaceLike
}

interface Cursor {
  readonly rowsRead: number
  readonly rowsWritten: number
  toArray(): Record<string, unknown>[]
}

const oauth = oauthOver((env: ObjectEnv) => durableObjectStore(env.CONNECTIONS))

const countedStorage = (storage: ObjectStorageLike): ObjectStorageLike => ({
  sql: {
    exec(sql, ...params) {
      const cursor = storage.sql.exec(sql, ...params) as Cursor
      return {
        toArray() {
          const rows = cursor.toArray()
          count('rowsRead', cursor.rowsRead)
          count('rowsWritten', cursor.rowsWritten)
          return rows
        },
      }
    },
  },
  getAlarm: () => storage.getAlarm(),
  setAlarm(time) {
    count('alarmsSet')
    return storage.setAlarm(time)
  },
  deleteAlarm: () => storage.deleteAlarm(),
  deleteAll: () => storage.deleteAll(),
})

const Connections = connectionsObject(oauth)
type Connections = InstanceType<typeof Connections>

/** Each call and each alarm is a request that is billed. Objects and the Worker share the counts: they are one isolate. */
export class OAuthConnections extends Connections {
  constructor(state: { readonly storage: ObjectStorageLike }, env: ObjectEnv) {
    super(state, env)
    Object.assign(this, { host: new ObjectHost(countedStorage(state.storage), oauth, env) })
  }

  override storage(...args: Parameters<Connections['storage']>) {
    count('requests')
    return super.storage(...args)
  }

  override connections(...args: Parameters<Connections['connections']>) {
    count('requests')
    return super.connections(...args)
  }

  override async alarm() {
    count('requests')
    await super.alarm()
  }
}

export default countingApp<ObjectEnv>(appWith(oauth), (env) => env)
