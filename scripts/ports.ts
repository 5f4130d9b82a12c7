import { createServer } from 'node:net'

/** Reads a port from an environment variable. */
export function readPort(name: string, fallback: number): number {
  const text = process.env[name]
  if (!text) return fallback
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${name} must be a port number from 1 to 65535.`)
  }
  return port
}

/** Throws if a port of this machine is in use; the message says how to choose another one. */
export async function requireFreePort(port: number, name: string): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    if (await isTaken(port, host)) {
      throw new Error(
        `Port ${port} is already in use. Stop that program, or choose another port: ${name}=${port + 1} npx -y pnpm@12 start`,
      )
    }
  }
}

function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)))
  })
}
