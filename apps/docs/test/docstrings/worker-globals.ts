// The globals of the examples that run in workerd: esbuild puts these exports in place of the names.
import { createOAuth } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { settingsOf } from './settings.ts'

/** The variables of the Worker, in the first line of its bundle. */
declare const VARIABLES: Env

export const settings = settingsOf(VARIABLES)
export const oauth = createOAuth(() => ({ ...settings, store: memoryStore() }))
