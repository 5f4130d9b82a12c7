import type { JSONWebKeySet } from 'jose'
import { invalid } from '../../protocol/back-channel.ts'
import { type JsonObject, readObject, readTexts } from '../../protocol/json-body.ts'

// Without a `kid` every key of the set may have to be tried.
const MAX_KEYS = 100
// RFC 7517, section 4, and RFC 7518, section 6: what chooses a public key, and what one is made of.
const MEMBERS = ['kty', 'kid', 'use', 'alg', 'crv', 'n', 'e', 'x', 'y']

/**
 * The keys of a key set, reduced to what verifies: nothing that is private, and nothing nested.
 *
 * @throws OAuthError `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 | RFC 7517 - section 5}
 */
export function readKeySet({ keys }: JsonObject): JSONWebKeySet {
  if (!Array.isArray(keys)) throw invalid('a key set without keys')
  if (keys.length > MAX_KEYS) throw invalid(`a key set of more than ${MAX_KEYS} keys`)
  return { keys: keys.map((key) => readKey(readObject(key))) }
}

function readKey(json: JsonObject): JSONWebKeySet['keys'][number] {
  const texts = MEMBERS.filter((name) => typeof json[name] === 'string')
  const operations = json['key_ops']
  return {
    kty: '',
    ...Object.fromEntries(texts.map((name) => [name, json[name]])),
    ...(operations !== undefined && { key_ops: readTexts(operations) }),
  }
}
