import { type Agent, type IncomingHttpHeaders, request } from 'node:http'

export const ORIGIN = 'http://localhost:8787'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Init {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
}

// As a browser sends them when a person follows a link.
const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-US,en;q=0.9',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
}

/** One visitor of a Worker: keeps the cookies and sends them with each request. */
export class Browser {
  readonly #address: URL
  readonly #agent: Agent
  readonly #cookies: Map<string, string>

  constructor(address: URL, agent: Agent, cookies: ReadonlyMap<string, string> = new Map()) {
    this.#address = address
    this.#agent = agent
    this.#cookies = new Map(cookies)
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies
  }

  send(path: string, { method = 'GET', headers = {}, body = '' }: Init = {}): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const { hostname, port } = this.#address
    const options = {
      hostname,
      port,
      path,
      method,
      agent: this.#agent,
      headers: {
        ...NAVIGATION,
        host: new URL(ORIGIN).host,
        ...(cookie && { cookie }),
        ...(body && { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    }
    return new Promise((resolve, reject) => {
      const sent = request(options, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          this.#keep(incoming.headers['set-cookie'] ?? [])
          const text = Buffer.concat(chunks).toString()
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/;\s*max-age=0\b/i.test(line)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}
