import type { Adapter, AdapterPayload } from 'oidc-provider'

/** What one oidc-provider keeps, in memory; its models judge expiry themselves. */
export class Storage {
  readonly #entries = new Map<string, AdapterPayload>()

  /** The part for one model, as the setting `adapter` takes it. */
  readonly adapter = (model: string): Adapter => {
    const entries = this.#entries
    const key = (id: string) => `${model} ${id}`
    const findBy = async (member: 'uid' | 'userCode', value: string) =>
      this.#all(model).find((payload) => payload[member] === value)
    return {
      upsert: async (id, payload) => void entries.set(key(id), payload),
      find: async (id) => entries.get(key(id)),
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('userCode', userCode),
      async consume(id) {
        const payload = entries.get(key(id))
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => void entries.delete(key(id)),
      async revokeByGrantId(grantId) {
        for (const [each, payload] of entries) {
          if (each.startsWith(`${model} `) && payload.grantId === grantId) entries.delete(each)
        }
      },
    }
  }

  /** How many entries a model has, such as `Grant` or `RefreshToken`. */
  count(model: string): number {
    return this.#all(model).length
  }

  #all(model: string): AdapterPayload[] {
    return [...this.#entries].filter(([key]) => key.startsWith(`${model} `)).map(([, payload]) => payload)
  }
}
