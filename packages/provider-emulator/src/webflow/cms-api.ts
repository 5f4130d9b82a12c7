import type { Context, MiddlewareHandler } from 'hono'
import type { Clock } from '../time.ts'
import type { WebflowConfig } from './config.ts'
import { forbidden, resourceNotFound, validationError } from './errors.ts'
import { createRoutes, type WebflowEnv } from './model.ts'
import type { WebflowSite } from './options.ts'
import { coversSite } from './selection.ts'

/** An item of a collection, in the form of the Data API. */
interface CollectionItem {
  readonly id: string
  readonly cmsLocaleId: string | undefined
  readonly lastPublished: string | null
  readonly lastUpdated: string
  readonly createdOn: string
  readonly isArchived: boolean
  readonly isDraft: boolean
  readonly fieldData: Readonly<Record<string, unknown>>
}

interface Collection {
  readonly site: WebflowSite
  readonly data: Readonly<Record<string, unknown>>
  readonly items: CollectionItem[]
}

type SiteContext = Context<WebflowEnv>

const CREATED = '2024-04-02T08:00:00.000Z'
const TITLES = ['Opening hours in spring', 'How we bake rye bread']
const PATCHED = ['fieldData', 'isArchived', 'isDraft']
const FIELDS = { name: 'PlainText', slug: 'PlainText', 'post-body': 'RichText' }

/** An id of its own for each site, of the form of Webflow's. */
const idOf = ({ id }: WebflowSite, place: string) => `${id.slice(0, 20).replace(/^.{4}/, place)}${id.slice(20)}`

function collectionOf(site: WebflowSite): Collection {
  const items = TITLES.map((name, index) => ({
    id: idOf(site, `66f${index}`),
    cmsLocaleId: site.locales?.primary.cmsLocaleId,
    lastPublished: null,
    lastUpdated: CREATED,
    createdOn: CREATED,
    isArchived: false,
    isDraft: true,
    fieldData: { name, slug: name.toLowerCase().replaceAll(' ', '-'), 'post-body': `<p>${name}.</p>` },
  }))
  const data = {
    id: idOf(site, '65e0'),
    displayName: 'Blog Posts',
    singularName: 'Blog Post',
    slug: 'post',
    createdOn: CREATED,
    lastUpdated: CREATED,
  }
  return { site, data, items }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The routes of the Data API for the CMS. Each site has a collection with two drafts. */
export function cmsRoutes(config: WebflowConfig, clock: Clock, requireScope: (scope: string) => MiddlewareHandler) {
  let collections = config.sites.map(collectionOf)
  const app = createRoutes()

  /** What a request names, or the error for it. */
  function collectionFor(c: SiteContext): Collection | Response {
    const id = c.req.param('id') ?? ''
    const found = collections.find(({ data }) => data['id'] === id)
    if (!found) return resourceNotFound(`collection ${id}`)
    return coversSite(c.var.token.authorization.selection, found.site) ? found : forbidden()
  }
  function itemFor(c: SiteContext, { items }: Collection): CollectionItem | Response {
    const id = c.req.param('item') ?? ''
    return items.find((item) => item.id === id) ?? resourceNotFound(`item ${id}`)
  }

  app.get('/v2/sites/:site/collections', requireScope('cms:read'), (c) => {
    const id = c.req.param('site')
    const site = config.sites.find((candidate) => candidate.id === id)
    if (!site) return resourceNotFound(`site ${id}`)
    if (!coversSite(c.var.token.authorization.selection, site)) return forbidden()
    return c.json({ collections: collections.filter((each) => each.site === site).map(({ data }) => data) })
  })

  app.get('/v2/collections/:id', requireScope('cms:read'), (c) => {
    const collection = collectionFor(c)
    if (collection instanceof Response) return collection
    const fields = Object.entries(FIELDS).map(([slug, type]) => ({
      id: slug,
      slug,
      type,
      displayName: slug,
      isRequired: slug !== 'post-body',
      isEditable: true,
    }))
    return c.json({ ...collection.data, fields })
  })

  app.get('/v2/collections/:id/items', requireScope('cms:read'), (c) => {
    const collection = collectionFor(c)
    if (collection instanceof Response) return collection
    const { items } = collection
    return c.json({ items, pagination: { limit: 100, offset: 0, total: items.length } })
  })

  app.get('/v2/collections/:id/items/:item', requireScope('cms:read'), (c) => {
    const collection = collectionFor(c)
    if (collection instanceof Response) return collection
    const item = itemFor(c, collection)
    return item instanceof Response ? item : c.json(item)
  })

  app.patch('/v2/collections/:id/items/:item', requireScope('cms:write'), async (c) => {
    const collection = collectionFor(c)
    if (collection instanceof Response) return collection
    const item = itemFor(c, collection)
    if (item instanceof Response) return item
    const body: unknown = await c.req.json().catch(() => undefined)
    if (!isObject(body)) return validationError('the body must be a JSON object')
    const fieldData = isObject(body['fieldData']) ? body['fieldData'] : {}
    const unknown = Object.keys(fieldData).find((name) => !(name in FIELDS))
    if (unknown !== undefined) return validationError(`fieldData.${unknown} is not a field of the collection`)
    const members = Object.fromEntries(Object.entries(body).filter(([name]) => PATCHED.includes(name)))
    const updated: CollectionItem = {
      ...item,
      ...members,
      fieldData: { ...item.fieldData, ...fieldData },
      lastUpdated: new Date(clock.now()).toISOString(),
    }
    collection.items.splice(collection.items.indexOf(item), 1, updated)
    return c.json(updated)
  })

  return {
    app,
    reset() {
      collections = config.sites.map(collectionOf)
    },
  }
}
