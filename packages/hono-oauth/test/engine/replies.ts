/** Answers one request of an app; `send` gets the answer of the emulator. */
export type Reply = (send: () => Promise<Response>, init: RequestInit) => Promise<Response>

/** An endpoint as the emulator has it. */
export const passing: Reply = (send) => send()
/** The same, with other members in its JSON. */
export const altering =
  (members: Record<string, unknown>): Reply =>
  async (send) => {
    const answer = (await (await send()).json()) as Record<string, unknown>
    return Response.json({ ...answer, ...members })
  }
/** An endpoint that cannot be reached. */
export const unreachable: Reply = () => Promise.reject(new TypeError('fetch failed'))
/** An endpoint that answers so. */
export const answering =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Reply =>
  async () =>
    Response.json(body, { status, headers })
/** The grant of a refresh token is gone. */
export const GONE = answering(400, { error: 'invalid_grant' })
export const CLIENT_ERROR = answering(400, { error: 'invalid_client' })
export const times = (count: number, reply: Reply): Reply[] => Array(count).fill(reply)
