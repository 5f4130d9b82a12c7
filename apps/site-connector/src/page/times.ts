import type { Context } from 'hono'

/** Writes times for one visitor: in the time zone that Cloudflare finds for the request, or else in UTC. */
export type ShowTime = (iso: string) => string

/** The times of one request; each names its time zone. */
export function timesFor(c: Context): ShowTime {
  const { cf } = c.req.raw as { cf?: { timezone?: string } }
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: cf?.timezone ?? 'UTC',
    timeZoneName: 'short',
  })
  return (iso) => format.format(new Date(iso))
}
