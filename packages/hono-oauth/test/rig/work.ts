/** Counts the work of this runtime's cipher from here on. */
export function countWork() {
  const { subtle } = crypto
  const { decrypt, verify } = subtle
  const counts = { decrypts: 0, verifications: 0 }
  Object.assign(subtle, {
    decrypt(...args: Parameters<typeof decrypt>) {
      counts.decrypts++
      return decrypt.apply(subtle, args)
    },
    verify(...args: Parameters<typeof verify>) {
      counts.verifications++
      return verify.apply(subtle, args)
    },
  })
  return { counts, restore: () => void Object.assign(subtle, { decrypt, verify }) }
}
