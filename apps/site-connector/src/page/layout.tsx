import { html } from 'hono/html'
import type { Child } from 'hono/jsx'

/** The name of the app, on every page. */
export const APP_NAME = 'Site Connector'

/** A whole page of the app. */
export function page(title: string, content: Child) {
  return html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === APP_NAME ? title : `${title} · ${APP_NAME}`}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">
            <img src="/favicon.svg" alt="" width="28" height="28" />
            {APP_NAME}
          </a>
        </header>
        <main>{content}</main>
      </body>
    </html>
  )}`
}

/** A short page that says one thing. */
export function messagePage(title: string, paragraphs: readonly string[], links: Child) {
  return page(
    title,
    <section class="message">
      <h1>{title}</h1>
      {paragraphs.map((text) => (
        <p>{text}</p>
      ))}
      <div class="actions">{links}</div>
    </section>,
  )
}
