/** One case of the field: what an app gets where a provider, an API or a mount differs. */
export interface Case {
  readonly number: string
  readonly title: string
  readonly run: () => Promise<void>
}

export const fieldCase = (number: string, title: string, run: () => Promise<void>): Case => ({ number, title, run })
