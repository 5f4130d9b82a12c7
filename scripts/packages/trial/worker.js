// Runs in workerd.
import { logIn } from './log-in.js'
import './subpaths.js'

export default {
  async fetch() {
    try {
      await logIn()
      return new Response()
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 })
    }
  },
}
