/** The bindings of the Workers that read them from the module instead of the handler. */
declare namespace Cloudflare {
  interface Env {
    readonly ORIGIN: string
    readonly CLIENT_ID: string
    readonly CLIENT_SECRET: string
    readonly SECRET: string
    readonly DB: D1Database
  }
}
