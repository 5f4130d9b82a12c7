import { createGrantControl, type GrantControl, type GrantState } from '../control/grant-control.ts'
import type { ExampleModel } from './model.ts'

/** The current state of a grant, without token values. */
export type OauthExampleGrant = GrantState

/** The control of `oauth.example`. `/_emulator/oauth.example` offers the same over HTTP. */
export type OauthExampleControl = GrantControl

export const createOauthExampleControl = ({ grants, services }: ExampleModel): OauthExampleControl =>
  createGrantControl(grants, services.clock, ({ client, user, scopes }) => ({
    clientId: client.id,
    subject: user?.sub ?? null,
    scopes,
  }))

export const LINKED_ROUTES = ['/grants']
