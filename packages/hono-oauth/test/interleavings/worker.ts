import { listenToNotes, NOTE_MARK } from '../rig/notes.ts'
import { kindOf, playSeeds } from './run-seed.ts'

// Secrets alone: what else is noted is the same as in Node, and too much for a log.
listenToNotes((note) => {
  if ('secret' in note) console.debug(NOTE_MARK + JSON.stringify(note))
})

/** Plays all seeds of the kind of store that the path names. */
export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await playSeeds(kindOf(new URL(request.url).pathname.slice(1))))
  },
}
