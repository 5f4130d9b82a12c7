import type { KeyRing } from '../crypto/key-ring.ts'
import { isSealedByNewest, open, seal } from '../crypto/seal.ts'
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
  const json = await open(ring, 'record', place(key, generation), sealedPart(value))
  return json === undefined ? undefined : decodeDocument(json)
}

/** Whether a stored value was sealed with the key that seals now. */
export function isDocumentSealedByNewest(ring: KeyRing, value: string): Promise<boolean> {
  return isSealedByNewest(ring, sealedPart(value))
}

/** The generation that a stored value says it has; 0 when it says none. */
export function generationOf(value: string): number {
  return Number(/^(\d{1,15})\./.exec(value)?.[1] ?? 0)
}

function place(key: string, generation: number): string {
  return `${key}#${generation}`
}

/** What stands behind the generation. */
function sealedPart(value: string): string {
  return value.slice(value.indexOf('.') + 1)
}
