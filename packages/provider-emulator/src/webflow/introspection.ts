import type { AccessToken } from './grants.ts'

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** What a token can find out about itself. Not RFC 7662: there is no `active`. */
export function introspectionResponse(
  { authorization, scopes, lastUsed }: AccessToken,
  rateLimit: number,
  scopeSeparator: string,
) {
  const { id, client, grantType, selection, userIds, createdOn } = authorization
  return {
    authorization: {
      id,
      createdOn: iso(createdOn),
      lastUsed: iso(lastUsed),
      grantType,
      rateLimit,
      scope: scopes.join(scopeSeparator),
      authorizedTo: {
        siteIds: selection.siteIds,
        workspaceIds: selection.workspaceIds,
        userIds,
      },
    },
    // A token from the settings of a site or workspace belongs to no app.
    ...(client === undefined
      ? {}
      : {
          application: {
            id: client.applicationId,
            description: client.description,
            homepage: client.homepage,
            displayName: client.name,
          },
        }),
  }
}
