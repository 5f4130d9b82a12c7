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
  isActive(name: string): boolean
  /** Returns whether the scenario is active, and counts one use. */
  consume(name: string): boolean
}

/** The scenarios of all providers. A scenario is a provider and a name: the same name may occur at several providers. */
export interface ScenarioStore {
  /** Registers a provider's scenarios and returns the view of its endpoints. */
  define(provider: string, definitions: readonly ScenarioDefinition[]): Scenarios
  /**
   * Lets a provider's scenarios be set by name alone.
   *
   * It exists until every provider uses the common names, which then need the provider.
   */
  allowShortNames(provider: string): void
  set(provider: string, name: string, times?: number): ScenarioStatus
  setByShortName(name: string, times?: number): ScenarioStatus
  clear(): void
  list(): ScenarioStatus[]
}

/** Thrown for an unknown provider or scenario name. */
export class UnknownScenarioError extends Error {
  override name = 'UnknownScenarioError'
}

interface Scenario {
  readonly provider: string
  readonly definition: ScenarioDefinition
  /** Undefined while the scenario is inactive. */
  remaining: number | undefined
}

const statusOf = ({ provider, definition: { name, description }, remaining }: Scenario): ScenarioStatus => ({
  provider,
  name,
  description,
  active: remaining !== undefined,
  times: remaining === undefined || remaining === Number.POSITIVE_INFINITY ? null : remaining,
})

function activate(scenario: Scenario, times: number | undefined): ScenarioStatus {
  if (times !== undefined && !(Number.isSafeInteger(times) && times > 0)) {
    throw new RangeError('"times" must be a positive integer.')
  }
  scenario.remaining = times ?? scenario.definition.defaultTimes ?? Number.POSITIVE_INFINITY
  return statusOf(scenario)
}

function find(scenarios: ReadonlyMap<string, Scenario>, name: string): Scenario {
  const scenario = scenarios.get(name)
  if (scenario === undefined) {
    throw new UnknownScenarioError(
      `There is no scenario "${name}". Known scenarios: ${[...scenarios.keys()].join(', ')}.`,
    )
  }
  return scenario
}

export function createScenarios(): ScenarioStore {
  const byProvider = new Map<string, Map<string, Scenario>>()
  const byShortName = new Map<string, Scenario>()

  const scenariosOf = (provider: string): ReadonlyMap<string, Scenario> => {
    const scenarios = byProvider.get(provider)
    if (scenarios === undefined) {
      throw new UnknownScenarioError(
        `There is no provider "${provider}". Known providers: ${[...byProvider.keys()].join(', ')}.`,
      )
    }
    return scenarios
  }
  const all = () => [...byProvider.values()].flatMap((scenarios) => [...scenarios.values()])

  return {
    define(provider, definitions) {
      const scenarios = new Map(
        definitions.map((definition) => [definition.name, { provider, definition, remaining: undefined } as Scenario]),
      )
      byProvider.set(provider, scenarios)
      return {
        isActive: (name) => find(scenarios, name).remaining !== undefined,
        consume(name) {
          const scenario = find(scenarios, name)
          const { remaining } = scenario
          if (remaining === undefined) return false
          scenario.remaining = remaining > 1 ? remaining - 1 : undefined
          return true
        },
      }
    },
    allowShortNames(provider) {
      for (const [name, scenario] of scenariosOf(provider)) byShortName.set(name, scenario)
    },
    set: (provider, name, times) => activate(find(scenariosOf(provider), name), times),
    setByShortName: (name, times) => activate(find(byShortName, name), times),
    clear() {
      for (const scenario of all()) scenario.remaining = undefined
    },
    list: () => all().map(statusOf),
  }
}

/** Returns the first active scenario of the candidates, and counts one use. */
export const consumeFirst = <T extends ScenarioDefinition>(
  scenarios: Scenarios,
  candidates: readonly T[],
): T | undefined => candidates.find(({ name }) => scenarios.consume(name))
