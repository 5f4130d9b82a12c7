import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'oauth4webapi'

/**
 * How a client tells who it is (RFC 6749, section 2.3): `basic` in the Authorization header, `basic-raw`
 * the same without form-encoding, `post` in the body; `none` is for public clients.
 */
export type ClientAuthenticationMethod = 'basic' | 'basic-raw' | 'post' | 'none'

const WITH_SECRET: Readonly<Record<string, (clientSecret: string) => ClientAuth>> = {
  basic: ClientSecretBasic,
  'basic-raw': basicRaw,
  post: ClientSecretPost,
}

/**
 * The client authentication of a method.
 *
 * @param clientSecret - what every method but `none` sends
 * @returns `undefined` for a method that nobody knows, or whose secret is missing
 */
export function clientAuthentication(
  method: ClientAuthenticationMethod,
  clientSecret: string | undefined,
): ClientAuth | undefined {
  if (method === 'none') return None()
  const make = Object.hasOwn(WITH_SECRET, method) ? WITH_SECRET[method] : undefined
  return clientSecret === undefined ? undefined : make?.(clientSecret)
}

/** HTTP Basic as RFC 7617 alone has it, for servers that do not decode what section 2.3.1 encodes. */
function basicRaw(clientSecret: string): ClientAuth {
  return (_server, client, _body, headers) => {
    const bytes = new TextEncoder().encode(`${client.client_id}:${clientSecret}`)
    headers.set('authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`)
  }
}
