type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const ES256 = { name: 'ECDSA', hash: 'SHA-256' }

/** A new pair on the curve P-256; both keys can be exported. */
export async function generateEcPair(): Promise<{ privateKey: Key; publicKey: Key }> {
  const pair = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('This runtime makes no EC key pairs.')
  return pair
}

/** The public point of either key of a pair, as a JWK. */
export async function publicEcJwkOf(key: Key) {
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const { x = '', y = '' } = 'x' in jwk ? jwk : {}
  return { kty: 'EC', crv: 'P-256', x, y }
}

export const signEs256 = async (privateKey: Key, text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign(ES256, privateKey, new TextEncoder().encode(text)))
