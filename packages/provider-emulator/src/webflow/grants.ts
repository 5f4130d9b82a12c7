import { randomHex } from '../encoding.ts'
import type { Clock } from '../time.ts'
import type { WebflowClient, WebflowConfig } from './config.ts'
import type { Selection } from './selection.ts'

/** A grant, with one or more tokens. */
export interface Authorization {
  readonly id: string
  /** Undefined for a token from a settings page. */
  readonly client: WebflowClient | undefined
  readonly grantType: 'authorization_code' | 'client_credentials'
  readonly selection: Selection
  readonly userIds: readonly string[]
  readonly createdOn: number
}

export interface AccessToken {
  readonly value: string
  readonly authorization: Authorization
  readonly scopes: readonly string[]
  expiresAt: number
  readonly idleLimit: number
  lastUsed: number
}

export interface NewToken {
  readonly client: WebflowClient
  readonly scopes: readonly string[]
  readonly selection: Selection
  /** Length of the value in bytes, before the hex encoding. */
  readonly bytes: number
  readonly lifetimeSeconds: number
}

export interface Grants {
  issue(token: NewToken): AccessToken
  /** Finds a token that is not revoked, expired or idle for too long. */
  find(value: string): AccessToken | undefined
  /** Revokes all tokens of an authorization. */
  revoke(authorization: Authorization): void
  /** The grants of apps, oldest first, revoked ones too. */
  list(): readonly Authorization[]
  isAlive(authorization: Authorization): boolean
  /** All tokens that an authorization ever had. */
  tokensOf(authorization: Authorization): readonly AccessToken[]
  isLive(token: AccessToken): boolean
  reset(): void
}

const DAY_MS = 24 * 60 * 60 * 1000
const SETTINGS_TOKEN_IDLE_DAYS = 365
const FOREVER = Number.POSITIVE_INFINITY

export function createGrants(clock: Clock, config: WebflowConfig): Grants {
  const tokens = new Map<string, AccessToken>()
  const latest = new Map<string, Authorization>()
  const revoked = new Set<Authorization>()

  const addSettingsToken = (value: string, scopes: readonly string[], selection: Selection) => {
    const createdOn = clock.now()
    const authorization: Authorization = {
      id: randomHex(12),
      client: undefined,
      grantType: 'client_credentials',
      selection,
      userIds: [],
      createdOn,
    }
    const idleLimit = SETTINGS_TOKEN_IDLE_DAYS * DAY_MS
    const common = { value, authorization, scopes, expiresAt: FOREVER, idleLimit }
    tokens.set(value, { ...common, lastUsed: createdOn })
  }

  const reset = () => {
    tokens.clear()
    latest.clear()
    revoked.clear()
    for (const { token, scopes, siteId } of config.siteTokens) {
      addSettingsToken(token, scopes, { siteIds: [siteId], workspaceIds: [] })
    }
    for (const { token, scopes, workspaceId } of config.workspaceTokens) {
      addSettingsToken(token, scopes, { siteIds: [], workspaceIds: [workspaceId] })
    }
  }

  const dropTokens = (authorization: Authorization) => {
    for (const token of tokens.values()) {
      if (token.authorization === authorization) tokens.delete(token.value)
    }
  }

  const revoke = (authorization: Authorization) => {
    revoked.add(authorization)
    for (const [key, value] of latest) if (value === authorization) latest.delete(key)
  }

  const authorizationFor = (client: WebflowClient, selection: Selection): Authorization => {
    const key = JSON.stringify([client.id, selection.siteIds, selection.workspaceIds])
    const previous = latest.get(key)
    if (previous !== undefined && config.olderTokens === 'invalidated') dropTokens(previous)
    const reused = config.reauthorizationId === 'same' ? previous : undefined
    const authorization: Authorization = reused ?? {
      id: randomHex(12),
      client,
      grantType: 'authorization_code',
      selection,
      userIds: [config.user.id],
      createdOn: clock.now(),
    }
    latest.set(key, authorization)
    return authorization
  }

  const isLive = ({ authorization, expiresAt, lastUsed, idleLimit }: AccessToken): boolean => {
    const now = clock.now()
    return !revoked.has(authorization) && now < expiresAt && now - lastUsed < idleLimit
  }

  reset()
  return {
    issue({ client, scopes, selection, bytes, lifetimeSeconds }) {
      const now = clock.now()
      const token: AccessToken = {
        value: randomHex(bytes),
        authorization: authorizationFor(client, selection),
        scopes,
        expiresAt: now + lifetimeSeconds * 1000,
        idleLimit: (config.accessTokenIdleDays ?? FOREVER) * DAY_MS,
        lastUsed: now,
      }
      tokens.set(token.value, token)
      return token
    },
    find(value) {
      const token = tokens.get(value)
      return token !== undefined && isLive(token) ? token : undefined
    },
    revoke,
    list: () => {
      const authorizations = [...tokens.values()].map(({ authorization }) => authorization)
      return [...new Set(authorizations.filter(({ client }) => client !== undefined))]
    },
    isAlive: (authorization) => !revoked.has(authorization),
    tokensOf: (authorization) => [...tokens.values()].filter((token) => token.authorization === authorization),
    isLive,
    reset,
  }
}
