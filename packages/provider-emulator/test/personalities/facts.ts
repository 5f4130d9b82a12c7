import { FIRST_WAVE } from './facts-first-wave.ts'
import { SECOND_WAVE } from './facts-second-wave.ts'
import type { Facts } from './facts-type.ts'

export const FACTS: Readonly<Record<string, Facts>> = { ...FIRST_WAVE, ...SECOND_WAVE }

export const NAMES = Object.keys(FACTS)
