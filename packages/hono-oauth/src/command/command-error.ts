/** A reason to stop that the command says in one sentence: what is wrong, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
