export interface BasicCredentials {
  readonly id: string
  readonly secret: string
}

const formDecode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))

/**
 * Reads the client credentials of an Authorization header. `decoding` is `form` where id and secret are
 * form-urlencoded, as RFC 6749 (2.3.1) says, and `raw` where they are not.
 */
export function readBasicCredentials(header: string, decoding: 'form' | 'raw'): BasicCredentials | undefined {
  const encoded = /^basic +([a-z0-9+/=]+)$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))
    const [id = '', ...rest] = new TextDecoder().decode(bytes).split(':')
    const decode = decoding === 'form' ? formDecode : (text: string) => text
    return { id: decode(id), secret: decode(rest.join(':')) }
  } catch {
    return undefined
  }
}
