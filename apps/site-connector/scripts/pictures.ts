// Makes the pictures of the READMEs from the screenshots that the browser tests took.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const folder = (path: string) => fileURLToPath(new URL(`../${path}/`, import.meta.url))
const SCREENSHOTS = folder('test-output/screenshots')
const DOCS = folder('docs')
const PACKAGE = folder('../../packages/hono-oauth/docs')

const PICTURES = ['webflow-slow', 'webflow-permission', 'another-account', 'disconnect-asks']
/** The frames of the animation, and how long each is shown, in milliseconds. */
const FRAMES = {
  'nothing-connected': 1500,
  'webflow-connected': 2500,
  'disconnect-asks': 2000,
  'webflow-disconnected': 2500,
}

/** The top of a screenshot of the wide page. */
const topOf = (name: string, width: number, height: number) =>
  sharp(`${SCREENSHOTS}${name}.png`).extract({ left: (1280 - width) / 2, top: 0, width, height })

await mkdir(DOCS, { recursive: true })
for (const name of PICTURES) await topOf(name, 1280, 800).png({ palette: true }).toFile(`${DOCS}${name}.png`)
const frames = await Promise.all(Object.keys(FRAMES).map((name) => topOf(name, 960, 780).resize(800).toBuffer()))
await sharp(frames, { join: { animated: true } })
  .webp({ delay: Object.values(FRAMES), loop: 0 })
  .toFile(`${PACKAGE}connect-and-disconnect.webp`)
