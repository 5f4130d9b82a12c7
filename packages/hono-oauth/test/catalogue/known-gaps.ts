/** Rows that do not hold yet, and what is missing. One that holds has to go from here. */
export const KNOWN_GAPS: ReadonlyMap<number, string> = new Map([
  [21, 'a connect goes into the session that the browser came with, whoever had it before'],
  [56, 'a page that begins a login whenever it is opened goes round for ever'],
  [77, 'the answer of `connect()` sets the session without Cache-Control: no-store'],
  [85, 'a session that an old key sealed is not sealed anew with the newest'],
  [101, 'a header `cookie` that a handler passes on goes to the provider'],
  [146, 'nothing limits how many renewals are on their way to one provider'],
  [196, 'a header `b64: false` without `crit` is passed over'],
])
