// The examples are checked with the types of Node, where this module does not exist: what the package needs of it.
declare module 'cloudflare:workers' {
  export abstract class DurableObject<Env> {
    protected readonly env: Env
    constructor(state: never, env: Env)
    alarm?(): void | Promise<void>
  }
  export const tracing: import('@cloudflare/workers-types').Tracing
}
