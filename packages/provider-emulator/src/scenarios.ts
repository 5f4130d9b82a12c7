/** A fault that a provider can have. Its name says which part fails. */
export interface ScenarioDefinition {
  readonly name: string
  readonly description: string
  /** How often the fault happens by default. Without a number, it lasts until it is cleared. */
  readonly defaultTimes?: number
}

/** A scenario that replaces the normal response. */
export interface FaultScenario<Context> extends ScenarioDefinition {
  readonly respond: (context: Context) => Response
}

export const faultScenario = <Context>(
  name: string,
  description: string,
  respond: FaultScenario<Context>['respond'],
): FaultScenario<Context> => ({ name, description, respond })

/** A scenario, and whether it is active. */
export interface ScenarioStatus {
  name: string
  description: string
  active: boolean
  /** The remaining number of times. Null if the scenario is inactive or lasts until it is cleared. */
  times: number | null
}

export interface Scenarios {
  define(definitions: readonly ScenarioDefinition[]): void
  set(name: string, times?: number): ScenarioStatus
  clear(): void
  list(): ScenarioStatus[]
  isActive(name: string): boolean
  /** Returns whether the scenario is active, and counts one use. */
  consume(name: string): boolean
}

/** Thrown for an unknown scenario name. */
export class UnknownScenarioError extends Error {
  override name = 'UnknownScenarioError'
}

export function createScenarios(): Scenarios {
  const known = new Map<string, ScenarioDefinition>()
  const remaining = new Map<string, number>()

  const definitionOf = (name: string): ScenarioDefinition => {
    const definition = known.get(name)
    if (definition === undefined) {
      throw new UnknownScenarioError(
        `There is no scenario "${name}". Known scenarios: ${[...known.keys()].join(', ')}.`,
      )
    }
    return definition
  }

  const statusOf = ({ name, description }: ScenarioDefinition): ScenarioStatus => {
    const times = remaining.get(name)
    return {
      name,
      description,
      active: times !== undefined,
      times: times === undefined || times === Number.POSITIVE_INFINITY ? null : times,
    }
  }

  return {
    define(definitions) {
      for (const definition of definitions) known.set(definition.name, definition)
    },
    set(name, times) {
      const definition = definitionOf(name)
      if (times !== undefined && !(Number.isSafeInteger(times) && times > 0)) {
        throw new RangeError('"times" must be a positive integer.')
      }
      remaining.set(name, times ?? definition.defaultTimes ?? Number.POSITIVE_INFINITY)
      return statusOf(definition)
    },
    clear: () => remaining.clear(),
    list: () => [...known.values()].map(statusOf),
    isActive: (name) => remaining.has(definitionOf(name).name),
    consume(name) {
      const times = remaining.get(definitionOf(name).name)
      if (times === undefined) return false
      if (times > 1) remaining.set(name, times - 1)
      else remaining.delete(name)
      return true
    },
  }
}

/** Returns the first active scenario of the candidates, and counts one use. */
export const consumeFirst = <T extends ScenarioDefinition>(
  scenarios: Scenarios,
  candidates: readonly T[],
): T | undefined => candidates.find(({ name }) => scenarios.consume(name))
