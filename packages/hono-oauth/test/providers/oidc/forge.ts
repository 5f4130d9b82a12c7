import { decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'
import { type Emulated, emulated, JWKS, TOKEN } from './emulated.ts'

export interface Key {
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  readonly jwk: JWK
}

const made = new Map<string, Promise<Key>>()

/** A key pair of an algorithm, the same for the same name. */
export function keyFor(alg: string, name = 'first'): Promise<Key> {
  const known = made.get(`${alg} ${name}`)
  const key = known ?? makeKey(alg, name)
  made.set(`${alg} ${name}`, key)
  return key
}

async function makeKey(alg: string, kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid } }
}

/**
 * Replaces the keys of the server by keys of the test, and signs its ID tokens with them. The test chooses
 * claims and header.
 */
export async function forge(server: Emulated, alg = 'RS256') {
  const key = await keyFor(alg)
  const issuer = {
    alg,
    signs: key,
    keys: [key.jwk] as unknown,
    header: {} as object,
    claims: {} as object,
    /** Changes the signed text. */
    finish: (idToken: string): unknown => idToken,
  }
  server.editJson(JWKS, () => ({ keys: issuer.keys }))
  server.editJson(TOKEN, async (json) => {
    const claims = { ...decodeJwt(String(json['id_token'])), ...issuer.claims }
    const header = { alg: issuer.alg, kid: issuer.signs.jwk.kid, ...issuer.header }
    const signer = new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader(header as JWTHeaderParameters)
    const crit = Object.fromEntries((header as { crit?: string[] }).crit?.map((it) => [it, true]) ?? [])
    return { ...json, id_token: issuer.finish(await signer.sign(issuer.signs.privateKey, { crit })) }
  })
  return issuer
}

/** A server whose ID tokens and keys are made by the test. */
export async function forged(changes: object = {}, ...settings: Parameters<typeof emulated>) {
  const server = emulated(...settings)
  return Object.assign(server, { issuer: Object.assign(await forge(server), changes) })
}
