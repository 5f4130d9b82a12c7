/** A fault that a provider can have. Its name says which part fails. */
export interface ScenarioDefinition {
  readonly name: string
  readonly description: string
  /** How often the fault happens by default. Without a number, it lasts until it is cleared. */
  readonly defaultTimes?: number
}

/** A scenario, and whether it is active. */
export interface ScenarioStatus {
  /** The provider that has the fault. */
  provider: string
  name: string
  description: string
  active: boolean
  /** The remaining number of times. Null if the scenario is inactive or lasts until it is cleared. */
  times: number | null
}

/** The scenarios of one provider, as its endpoints see them. */
export interface Scenarios {
  /** Returns whether the scenario is active, and counts one use. */
  consume(name: string): boolean
}

/** The scenarios of all providers. A scenario is a provider and a name: the same name may occur at several providers. */
export interface ScenarioStore {
  /** Registers a provider's scenarios and returns the view of its endpoints. */
  define(provider: string, definitions: readonly ScenarioDefinition[]): Scenarios
  set(provider: string, name: string, times?: number): ScenarioStatus
  /** Turns one scenario off. */
  unset(provider: string, name: string): ScenarioStatus
  clear(): void
  list(): ScenarioStatus[]
}

/** Thrown for an unknown provider or scenario name. */
export class UnknownScenarioError extends Error {
  override name = 'UnknownScenarioError'
}

/** A scenario of one provider. `remaining` is undefined while it is inactive. */
interface Scenario {
  readonly provider: string
  readonly definition: ScenarioDefinition
  readonly remaining: number | undefined
}

const statusOf = ({ provider, definition: { name, description }, remaining }: Scenario): ScenarioStatus => ({
  provider,
  name,
  description,
  active: remaining !== undefined,
  times: remaining === undefined || remaining === Number.POSITIVE_INFINITY ? null : remaining,
})

const unknown = (what: string, name: string, known: readonly string[]): UnknownScenarioError =>
  new UnknownScenarioError(`There is no ${what} "${name}". Known ${what}s: ${known.join(', ')}.`)

function definitionOf(definitions: readonly ScenarioDefinition[], name: string): ScenarioDefinition {
  const definition = definitions.find((candidate) => candidate.name === name)
  if (definition === undefined) {
    throw unknown(
      'scenario',
      name,
      definitions.map((candidate) => candidate.name),
    )
  }
  return definition
}

export function createScenarios(): ScenarioStore {
  const definitionsOf = new Map<string, readonly ScenarioDefinition[]>()
  const remaining = new Map<string, number>()

  const keyOf = (provider: string, name: string): string => `${provider} ${name}`

  function definitionAt(provider: string, name: string): ScenarioDefinition {
    const definitions = definitionsOf.get(provider)
    if (definitions === undefined) throw unknown('provider', provider, [...definitionsOf.keys()])
    return definitionOf(definitions, name)
  }

  function set(provider: string, name: string, times: number | undefined): ScenarioStatus {
    const definition = definitionAt(provider, name)
    if (times !== undefined && !(Number.isSafeInteger(times) && times > 0)) {
      throw new RangeError('"times" must be a positive integer.')
    }
    const count = times ?? definition.defaultTimes ?? Number.POSITIVE_INFINITY
    remaining.set(keyOf(provider, name), count)
    return statusOf({ provider, definition, remaining: count })
  }

  return {
    define(provider, definitions) {
      definitionsOf.set(provider, definitions)
      const remainingOf = (name: string) => remaining.get(keyOf(provider, definitionOf(definitions, name).name))
      return {
        consume(name) {
          const times = remainingOf(name)
          if (times === undefined) return false
          if (times > 1) remaining.set(keyOf(provider, name), times - 1)
          else remaining.delete(keyOf(provider, name))
          return true
        },
      }
    },
    set,
    unset(provider, name) {
      const definition = definitionAt(provider, name)
      remaining.delete(keyOf(provider, name))
      return statusOf({ provider, definition, remaining: undefined })
    },
    clear: () => remaining.clear(),
    list: () =>
      [...definitionsOf].flatMap(([provider, definitions]) =>
        definitions.map((definition) =>
          statusOf({ provider, definition, remaining: remaining.get(keyOf(provider, definition.name)) }),
        ),
      ),
  }
}

/** Returns the first active scenario of the candidates, and counts one use. */
export const consumeFirst = <T extends ScenarioDefinition>(
  scenarios: Scenarios,
  candidates: readonly T[],
): T | undefined => candidates.find(({ name }) => scenarios.consume(name))
