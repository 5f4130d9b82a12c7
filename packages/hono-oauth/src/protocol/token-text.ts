const TOKEN_TEXT = /^[\x21-\x7e]+$/

/** Whether a text can be a bearer token at all: it has to stand in a header (RFC 6750, section 2.1). */
export function isTokenText(text: string): boolean {
  return TOKEN_TEXT.test(text)
}
