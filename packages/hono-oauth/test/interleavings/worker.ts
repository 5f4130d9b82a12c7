import { allSeeds, kindOf, playSeeds } from './seeds.ts'

/** Plays all seeds of the kind of store that the path names. */
export default {
  async fetch(request: Request): Promise<Response> {
    const kind = kindOf(new URL(request.url).pathname.slice(1))
    return Response.json(await playSeeds(kind, allSeeds()))
  },
}
