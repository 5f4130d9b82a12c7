type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

export const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const RS256_2048 = { ...RS256, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }

export interface RsaPair {
  readonly privateKey: Key
  readonly publicKey: Key
}

/** A new pair; both keys can be exported. */
export async function generateRsaPair(): Promise<RsaPair> {
  const pair = await crypto.subtle.generateKey(RS256_2048, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('This runtime makes no RSA key pairs.')
  return pair
}

/** The public numbers of either key of a pair, as a JWK. */
export async function publicJwkOf(key: Key) {
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const { n = '', e = '' } = 'n' in jwk ? jwk : {}
  return { kty: 'RSA', n, e }
}

export const signRs256 = async (privateKey: Key, text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign(RS256.name, privateKey, new TextEncoder().encode(text)))
