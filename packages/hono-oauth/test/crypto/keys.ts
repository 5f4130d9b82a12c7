import { createHash } from 'node:crypto'
import { KeyRing } from '../../src/crypto/key-ring.ts'

/** 32 bytes that look random and are the same on every run. */
export const keyBytes = (name: string): Buffer => createHash('sha256').update(name).digest()

/** A key as it stands in a configuration. */
export const keyText = (name: string): string => keyBytes(name).toString('base64url')

/** A ring of named keys, newest first. */
export const ringOf = (...names: string[]): KeyRing => new KeyRing(names.map(keyText))
