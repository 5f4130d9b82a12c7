import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What this process holds in memory, in bytes, after it was made to let go of what it need not hold. */
export function memoryOfNode(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What an isolate of workerd holds in memory, in bytes: its heap, and the buffers that hang on it. */
export async function memoryOfIsolate(inspector: URL): Promise<number> {
  const socket = new WebSocket(`ws://${inspector.host}/core:user:app`)
  try {
    return await new Promise<number>((resolve, reject) => {
      socket.onopen = () => socket.send('{"id":1,"method":"Runtime.getHeapUsage"}')
      socket.onmessage = ({ data }) => {
        // The inspector also sends messages that were not asked for.
        const { id, result } = JSON.parse(String(data))
        if (id === 1) resolve(result.usedSize + result.backingStorageSize)
      }
      socket.onerror = () => reject(new Error('the inspector does not answer'))
    })
  } finally {
    socket.close()
  }
}
