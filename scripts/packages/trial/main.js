// Runs in a process: Node, Bun or Deno. An error ends it with another status than 0.
import { logIn } from './log-in.js'
import './subpaths.js'

await logIn()
