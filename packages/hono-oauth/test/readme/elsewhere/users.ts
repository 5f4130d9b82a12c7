/** Stands in for the app's own check of a bearer token. */
export const userOf = (authorization = '') => /^Bearer token-of-(\w+)$/.exec(authorization)?.[1]
