/** A text as it would look in a file that holds it, plain or in a usual encoding of what surrounds it. */
export function disguises(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  const hex = bytes.toString('hex')
  // Within something longer, base64 begins at one of three places; what its neighbours share is left out.
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3))
  })
  const base64url = base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'))
  const texts = [text, hex, hex.toUpperCase(), ...base64, ...base64url]
  const utf16 = Buffer.from(text, 'utf16le')
  return [...texts.map((each) => Buffer.from(each)), utf16, Buffer.from(utf16).swap16()]
}
