import { randomHex } from './encoding.ts'

const ID_TOKEN_SECONDS = 60 * 60

const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** What every ID token says (OpenID Connect Core, 2). The times are in milliseconds since the epoch. */
export interface IdTokenSubject {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly now: number
  readonly authTime: number
  readonly nonce: string | undefined
}

export function idTokenClaims({ issuer, subject, clientId, now, authTime, nonce }: IdTokenSubject) {
  const iat = inSeconds(now)
  return {
    iss: issuer,
    sub: subject,
    aud: clientId,
    iat,
    exp: iat + ID_TOKEN_SECONDS,
    auth_time: inSeconds(authTime),
    // Makes each ID token different, even within one second.
    jti: randomHex(8),
    ...(nonce === undefined ? {} : { nonce }),
  }
}

interface Person {
  readonly name: string
  readonly email: string
}

/** The claims of the scopes `profile` and `email` (OpenID Connect Core, 5.4). */
export const scopeClaims = (sub: string, { name, email }: Person, scopes: readonly string[]) => ({
  sub,
  ...(scopes.includes('profile') ? { name } : {}),
  ...(scopes.includes('email') ? { email, email_verified: true } : {}),
})
