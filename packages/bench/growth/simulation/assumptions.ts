/** What the model assumes, each changed by an argument of its name: `--used-share 0.5`. */
export const ASSUMPTIONS = {
  connections: { value: 10_000_000, about: 'stored connections, each of another owner' },
  usedShare: { value: 0.3, about: 'share of the connections that is used on a day' },
  visits: { value: 2, about: 'visits on a day in which a connection is used' },
  pages: { value: 4, about: 'pages of a visit that need the connection' },
  pauseSeconds: { value: 120, about: 'mean pause between two pages of a visit, in seconds' },
  requests: { value: 3, about: 'requests of a page, sent at once' },
  lifetimeSeconds: { value: 3600, about: 'life of an access token in the first table, in seconds' },
  peakHour: { value: 14, about: 'hour of the day with the most visits' },
  peakShare: { value: 0.6, about: 'how much the visits of that hour exceed the mean, as a share of it' },
  locations: { value: 100, about: 'locations of Cloudflare that visitors come to' },
  isolates: { value: 4, about: 'isolates of the Worker in each location; a request meets any of them' },
  isolateSeconds: { value: 3600, about: 'life of an isolate, in seconds' },
  awayShare: { value: 0.05, about: 'share of the pages that another location serves' },
  kvLateSeconds: { value: 60, about: 'how late a write of KV is in another location at most, in seconds' },
  objectIsolates: { value: 400, about: 'isolates that hold all objects, where objects share isolates' },
  providerMs: { value: 300, about: 'time of an answer of the provider, in milliseconds' },
  outageHour: { value: 14, about: 'hour in which the outage of the provider begins' },
  outageSeconds: { value: 3600, about: 'length of the outage, in seconds: the provider answers 503 at once' },
  cpuMs: { value: 2, about: 'CPU time of a request that is billed, in milliseconds' },
  objectMs: { value: 10, about: 'time in which a call keeps an object active, in milliseconds' },
  seed: { value: 1, about: 'seed of the random numbers' },
} as const

export type Assumptions = { readonly [Name in keyof typeof ASSUMPTIONS]: number }
export type AssumptionName = keyof Assumptions

export const NAMES = Object.keys(ASSUMPTIONS) as readonly AssumptionName[]

/** The argument of an assumption: `usedShare` is `used-share`. */
export const argumentOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** All assumptions, with some of them changed. */
export function assume(changes: Partial<Assumptions> = {}): Assumptions {
  const all = Object.fromEntries(NAMES.map((name) => [name, changes[name] ?? ASSUMPTIONS[name].value]))
  for (const [name, value] of Object.entries(all)) {
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${argumentOf(name)} must be a number from 0 up.`)
  }
  return all as Assumptions
}
