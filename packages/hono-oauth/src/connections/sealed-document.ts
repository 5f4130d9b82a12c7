import type { KeyRing } from '../crypto/key-ring.ts'
import { keyIdOf, open, seal } from '../crypto/seal.ts'
import { type ConnectionDocument, decodeDocument, encodeDocument } from './document.ts'

/**
 * Seals a document for its storage key. Its generation stands before it, and is sealed in as well, so that
 * an old value is known for one even where it does not open.
 *
 * @returns `generation.protected.iv.ciphertext.tag`
 */
export async function sealDocument(
  ring: KeyRing,
  key: string,
  document: ConnectionDocument,
): Promise<string> {
  const { generation } = document
  const sealed = await seal(ring, 'record', place(key, generation), encodeDocument(document))
  return `${generation}.${sealed}`
}

/** Opens what {@link sealDocument} made; `undefined` when it is not that, or not of this ring and key. */
export async function openDocument(
  ring: KeyRing,
  key: string,
  value: string,
): Promise<ConnectionDocument | undefined> {
  const generation = generationOf(value)
  const sealed = value.slice(value.indexOf('.') + 1)
  const json = await open(ring, 'record', place(key, generation), sealed)
  return json === undefined ? undefined : decodeDocument(json)
}

/** Whether a stored value was sealed with the key that seals now. */
export async function isSealedByNewest(ring: KeyRing, value: string): Promise<boolean> {
  return keyIdOf(value.slice(value.indexOf('.') + 1)) === (await ring.newest()).kid
}

/** The generation that a stored value says it has; 0 when it says none. */
export function generationOf(value: string): number {
  return Number(/^(\d{1,15})\./.exec(value)?.[1] ?? 0)
}

function place(key: string, generation: number): string {
  return `${key}#${generation}`
}
