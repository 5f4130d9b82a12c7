/** The lifetime of a visitor's session, which ends its connections: what the app keeps about them ends then too. Seconds. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60
