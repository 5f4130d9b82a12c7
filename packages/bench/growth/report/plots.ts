import type { Measured, Simulated } from '../results.ts'
import { AROUND, DAY_STEP, type Day, HOUR } from '../simulation/day.ts'
import { STORES } from '../stores.ts'
import { drawPlot, type Line } from './plot.ts'
import { numberText } from './tables.ts'

const THOUSAND = 1000
const power = (exponent: number): readonly [number, string] => {
  const superscripts = ['1', '10', '100', '1000', '10⁴', '10⁵', '10⁶']
  return [10 ** exponent, superscripts[exponent] ?? '']
}

/** The cost of a request by the number of stored connections. */
export function costPlot({ costs }: Measured): string {
  const lines = STORES.map((store): Line => {
    const rows = costs.filter((row) => row.store === store)
    return {
      label: store,
      points: rows.map(({ size, one }) => [size, one.median]),
      ranges: rows.map(({ one }) => [one.low, one.high]),
    }
  })
  const last = costs.filter(({ size }) => size === Math.max(...costs.map((row) => row.size)))
  const ends = last.map(({ store, size, one }) => `${store} ${one.median.toFixed(2)} with ${numberText(size)}`)
  return drawPlot({
    name: 'growth-cost',
    title: 'Cost of an authorized request by the number of stored connections',
    description: `CPU time of a request as a ratio to a store with one connection. The lines end at: ${ends.join(', ')}. The bars are the middle half of the rounds.`,
    x: { label: 'stored connections', from: 0.7, to: 1_500_000, marks: [0, 3, 5, 6].map(power), isLogarithmic: true },
    y: {
      label: 'CPU time ÷ that with one connection',
      from: 0,
      to: 2.5,
      marks: [0, 0.5, 1, 1.5, 2, 2.5].map((at) => [at, at.toFixed(1)]),
    },
    lines,
  })
}

const ofHour = ({ days, assumed }: Simulated) => days.filter(({ lifetime }) => lifetime === assumed.lifetimeSeconds)
const busiest = (days: readonly Day[], values: (day: Day) => readonly number[]) =>
  days.map((day) => `${day.setup}: ${numberText(Math.round(Math.max(...values(day))))}`).join(', ')

/** The calls to the provider over the whole day. */
export function dayPlot(simulated: Simulated): string {
  const { outageHour, outageSeconds } = simulated.assumed
  const days = ofHour(simulated)
  const most = Math.max(...days.flatMap(({ ofDay }) => ofDay))
  const top = Math.ceil(most / 500) * 500 || 1
  return drawPlot({
    name: 'growth-day',
    title: `Calls to the provider on a day of ${numberText(simulated.assumed.connections)} connections`,
    description: `Mean calls per second of each five minutes. The highest: ${busiest(days, ({ ofDay }) => ofDay)}. The outage is shaded.`,
    x: {
      label: 'hour of the day',
      from: 0,
      to: 24,
      marks: [0, 4, 8, 12, 16, 20, 24].map((hour) => [hour, `${hour}:00`]),
    },
    y: {
      label: 'calls per second',
      from: 0,
      to: top,
      marks: Array.from({ length: 6 }, (_, index) => [(top / 5) * index, numberText((top / 5) * index)]),
    },
    lines: days.map(({ setup, ofDay }) => ({
      label: setup,
      points: ofDay.map((mean, index) => [((index + 0.5) * DAY_STEP) / HOUR, mean]),
    })),
    band: { from: outageHour, to: outageHour + outageSeconds / HOUR, text: 'outage' },
  })
}

/** The calls to the provider around its outage. */
export function outagePlot(simulated: Simulated): string {
  const { outageSeconds } = simulated.assumed
  const days = ofHour(simulated)
  const end = outageSeconds / 60 + AROUND.after / 60
  return drawPlot({
    name: 'growth-outage',
    title: 'Calls to the provider around its outage: the busiest second of each half minute',
    description: `The busiest second of each half minute. The highest: ${busiest(days, ({ ofOutage }) => ofOutage)}. The outage is shaded.`,
    x: {
      label: 'minutes after the beginning of the outage',
      from: -AROUND.before / 60,
      to: end,
      marks: [-10, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((at) => [at, String(at)]),
    },
    y: {
      label: 'calls per second',
      from: 1,
      to: 100 * THOUSAND,
      marks: [0, 1, 2, 3, 4, 5].map(power),
      isLogarithmic: true,
    },
    lines: days.map(({ setup, ofOutage }) => ({
      label: setup,
      points: ofOutage.map((calls, index) => [(index * AROUND.step - AROUND.before) / 60, calls]),
    })),
    band: { from: 0, to: outageSeconds / 60, text: 'outage' },
  })
}
