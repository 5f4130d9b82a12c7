/** Rows that do not hold yet, and what is missing. One that holds has to go from here. */
export const KNOWN_GAPS: ReadonlyMap<number, string> = new Map([
  [21, 'a connect goes into the session that the browser came with, whoever had it before'],
  [56, 'a page that begins a login whenever it is opened goes round for ever'],
  [146, 'nothing limits how many renewals are on their way to one provider'],
])
