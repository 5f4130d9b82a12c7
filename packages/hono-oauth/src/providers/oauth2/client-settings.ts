import type { ClientAuth } from 'oauth4webapi'
import { configurationError } from '../../errors.ts'
import { clientAuthentication } from '../../protocol/client-authentication.ts'
import type { ClientOptions } from './options.ts'

/**
 * How an app tells who it is, by its credentials.
 *
 * @param kind - what stands before the name of a setting in an error
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function authenticationOf(
  kind: string,
  { clientId, clientSecret, clientAuthentication: chosen }: ClientOptions,
): ClientAuth {
  const settingError = (setting: string, problem: string) =>
    configurationError(`${kind} ${setting}`, problem)
  if (!clientId) throw settingError('clientId', 'is missing')
  if (clientSecret === '') throw settingError('clientSecret', 'is empty')
  const method = chosen ?? (clientSecret === undefined ? 'none' : 'basic')
  if (method !== 'none' && clientSecret === undefined) {
    throw settingError('clientSecret', 'is missing, and clientAuthentication needs it')
  }
  // RFC 7617, section 2: whatever stands behind the first colon is the password.
  if (method === 'basic-raw' && clientId.includes(':')) {
    throw settingError('clientId', 'has a colon, which basic-raw cannot send')
  }
  const authentication = clientAuthentication(method, clientSecret)
  if (!authentication) {
    throw settingError('clientAuthentication', 'is none of basic, basic-raw, post and none')
  }
  return authentication
}

/**
 * RFC 6749, sections 3.1 and 3.2: TLS, and no fragment; credentials in it would end up in logs.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function requireHttps(setting: string, value: string): void {
  if (!value) throw configurationError(setting, 'is missing')
  if (!isPlainHttps(value)) {
    throw configurationError(setting, 'is not an https URL without credentials and fragment')
  }
}

/** Whether a text is an https URL without credentials and fragment. */
export function isPlainHttps(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url?.protocol === 'https:' && !url.username && !url.password
  return isPlain && !value.includes('#')
}

/**
 * An access token goes nowhere but to origins that are spelled out.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function requireOrigins(setting: string, origins: readonly string[] | undefined): void {
  if (!origins?.length) throw configurationError(setting, 'is empty')
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (url?.protocol !== 'https:' || url.origin !== origin) {
      throw configurationError(setting, 'has one that is no https origin like https://api.example')
    }
  }
}
