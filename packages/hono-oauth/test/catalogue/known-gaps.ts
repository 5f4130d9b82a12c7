/** Rows that do not hold yet, and what is missing. One that holds has to go from here. */
export const KNOWN_GAPS: ReadonlyMap<number, string> = new Map([])
