import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FIGURES, makeFigures } from '../growth/report/figures.ts'
import { assume } from '../growth/simulation/assumptions.ts'
import { Calendar } from '../growth/simulation/calendar.ts'
import { SETUPS, type Setup, simulateDay } from '../growth/simulation/day.ts'

const HOUR = 3600
const FEW = assume({ connections: 20_000, locations: 5 })

describe.each(SETUPS)('a day of %s', (setup) => {
  const day = simulateDay(FEW, setup, HOUR)
  const { tally } = day

  it('is the same with the same seed, and another one with another', () => {
    expect(simulateDay(FEW, setup, HOUR)).toEqual(day)
    expect(simulateDay({ ...FEW, seed: 2 }, setup, HOUR)).not.toEqual(day)
  })

  it('answers every request once', () => {
    expect(tally.served + tally.refused).toBe(tally.requests)
    expect(tally.requests).toBe(tally.pages * FEW.requests)
    expect(tally.refused).toBeGreaterThan(0)
  })

  it('counts each renewal once, and as needless only where no other caller is seen', () => {
    const { renewedAtOnce, renewedLate, renewals, alarms } = tally
    expect(renewedAtOnce + renewedLate + alarms.renewed).toBeLessThan(renewals)
    expect(renewedAtOnce > 0 && renewedLate > 0).toBe(setup === 'KV')
    expect(alarms.renewed > 0).toBe(setup.startsWith('objects'))
    const calls = day.ofDay.reduce((sum, mean) => sum + mean * 300, 0)
    // A failed renewal is one to three calls; the means of five minutes are rounded to a hundredth.
    expect(calls).toBeGreaterThan(renewals + tally.failed - 288 * 1.5)
    expect(calls).toBeLessThan(renewals + tally.failed * 3 + 288 * 1.5)
  })

  it('refuses no request and fails no renewal without an outage', () => {
    const { tally, refusedConnections } = simulateDay({ ...FEW, outageSeconds: 0 }, setup, HOUR)
    expect([tally.refused, tally.failed, refusedConnections, tally.alarms.unasked]).toEqual([0, 0, 0, 0])
  })

  it('renews nothing where tokens have no end', () => {
    const { tally, before } = simulateDay(FEW, setup, Number.POSITIVE_INFINITY)
    expect([tally.renewals, tally.refused, before.busiest]).toEqual([0, 0, 0])
    expect(tally.served).toBe(tally.requests)
  })
})

it.each<[Setup, Partial<typeof FEW>, (day: ReturnType<typeof simulateDay>) => number]>([
  ['KV', { kvLateSeconds: 0 }, ({ tally }) => tally.renewedLate],
  ['KV', { awayShare: 0 }, ({ tally }) => tally.renewedLate],
  ['KV', { isolates: 1 }, ({ tally }) => tally.renewedAtOnce],
  ['KV', { requests: 1 }, ({ tally }) => tally.renewedAtOnce],
  ['D1', { isolates: 1 }, ({ tally }) => tally.leases.waits],
])('%s with %j has none of what comes from that', (setup, changes, value) => {
  expect(value(simulateDay(FEW, setup, HOUR))).toBeGreaterThan(0)
  expect(value(simulateDay({ ...FEW, ...changes }, setup, HOUR))).toBe(0)
})

it('a calendar gives each item once, in the second it was last set to', () => {
  const calendar = new Calendar(4, -10, 10)
  for (const [item, at] of [
    [0, -10],
    [1, 5],
    [2, 5],
    [3, 5],
    [1, 7],
    [3, 99],
    [2, 6],
  ] as const)
    calendar.set(item, at)
  calendar.clear(0)
  const taken = Array.from({ length: 20 }, (_, index) => [index - 10, calendar.take(index - 10)])
  expect(taken.filter(([, item]) => item !== -1)).toEqual([
    [6, 2],
    [7, 1],
  ])
})

describe('the figures that are checked in', () => {
  const figures = makeFigures()

  it('are those that the results make', () => {
    expect(readdirSync(FIGURES).sort()).toEqual(Object.keys(figures).sort())
    for (const [name, text] of Object.entries(figures)) {
      expect(readFileSync(new URL(name, FIGURES), 'utf8'), name).toBe(text)
    }
  })

  it('have no figure that is not a number, and tell a screen reader what they show', () => {
    for (const [name, text] of Object.entries(figures)) {
      expect(text, name).not.toMatch(/NaN|Infinity|undefined/)
      if (name.endsWith('.svg')) expect(text, name).toMatch(/role="img"[\s\S]*<title [\s\S]*<desc /)
    }
  })
})

it('assumptions that are no numbers are refused by name', () => {
  expect(() => assume({ usedShare: Number.NaN })).toThrow('--used-share must be a number from 0 up.')
})
