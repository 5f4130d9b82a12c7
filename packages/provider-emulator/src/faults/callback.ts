import type { ScenarioDefinition, Scenarios } from '../scenarios.ts'
import type { Parameters } from '../urls.ts'
import { FOREIGN_ISSUER } from './foreign-issuer.ts'

/** A change of the parameters that the client gets from the authorization endpoint. */
export interface CallbackFault extends ScenarioDefinition {
  /** A response without this parameter stays as it is, and the scenario stays active. */
  readonly parameter?: string
  readonly change: (parameters: Parameters) => Parameters
}

const without = (parameters: Parameters, name: string): Parameters => parameters.filter(([own]) => own !== name)

const duplicate = (parameters: Parameters, name: string): Parameters =>
  parameters.flatMap((own) => (own[0] === name ? [own, own] : [own]))

/** The faults of the redirect to the client. */
export const CALLBACK_FAULTS: readonly CallbackFault[] = [
  {
    name: 'callback-drops-state',
    description: 'The redirect to the client has no state.',
    parameter: 'state',
    change: (parameters) => without(parameters, 'state'),
  },
  {
    name: 'callback-duplicates-state',
    description: 'The redirect to the client has the state twice.',
    parameter: 'state',
    change: (parameters) => duplicate(parameters, 'state'),
  },
  {
    name: 'callback-with-foreign-state',
    description: 'The redirect to the client has another state.',
    parameter: 'state',
    change: (parameters) => parameters.map(([name, value]) => [name, name === 'state' ? 'foreign-state' : value]),
  },
  {
    name: 'callback-without-code',
    description: 'The redirect to the client has neither code nor error.',
    parameter: 'code',
    change: (parameters) => without(parameters, 'code'),
  },
  {
    name: 'callback-duplicates-code',
    description: 'The redirect to the client has the code twice.',
    parameter: 'code',
    change: (parameters) => duplicate(parameters, 'code'),
  },
  {
    name: 'callback-with-foreign-iss',
    description: 'The redirect to the client has the iss of another issuer.',
    change: (parameters) => [...without(parameters, 'iss'), ['iss', FOREIGN_ISSUER]],
  },
]

/** Applies the active faults to the parameters of a response. */
export function breakCallback(
  scenarios: Scenarios,
  parameters: Parameters,
  faults: readonly CallbackFault[] = CALLBACK_FAULTS,
): Parameters {
  let broken = parameters
  for (const { name, parameter, change } of faults) {
    const applies = parameter === undefined || broken.some(([own]) => own === parameter)
    if (applies && scenarios.consume(name)) broken = change(broken)
  }
  return broken
}
