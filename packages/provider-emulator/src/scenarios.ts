/** One way in which a provider can be broken, named after what is broken. */
export interface ScenarioDefinition {
  readonly name: string
  readonly description: string
  /** How often it happens when nobody says; without it, until it is cleared. */
  readonly defaultTimes?: number
}

/** A scenario that gives another answer instead of the ordinary one. */
export interface FaultScenario<Context> extends ScenarioDefinition {
  readonly respond: (context: Context) => Response
}

export const faultScenario = <Context>(
  name: string,
  description: string,
  respond: FaultScenario<Context>['respond'],
): FaultScenario<Context> => ({ name, description, respond })

/** A scenario and whether it is switched on. */
export interface ScenarioStatus {
  name: string
  description: string
  active: boolean
  /** How many more times it happens; null when it is off or lasts until it is cleared. */
  times: number | null
}

export interface Scenarios {
  define(definitions: readonly ScenarioDefinition[]): void
  set(name: string, times?: number): ScenarioStatus
  clear(): void
  list(): ScenarioStatus[]
  isActive(name: string): boolean
  /** Says whether the scenario happens now, and counts it. */
  consume(name: string): boolean
}

/** Thrown for a scenario nobody defined. */
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

/** The first of these scenarios that happens now, counted. */
export const consumeFirst = <T extends ScenarioDefinition>(
  scenarios: Scenarios,
  candidates: readonly T[],
): T | undefined => candidates.find(({ name }) => scenarios.consume(name))
