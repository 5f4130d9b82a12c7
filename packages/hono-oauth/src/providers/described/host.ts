import { configurationError } from '../../errors.ts'

/**
 * A host that an app names in its settings, such as `gitlab.example.com`, with its port where that is not 443.
 *
 * @param setting - the name of the setting, for the error
 * @throws OAuthError `configuration_invalid`, naming the setting
 */
export function requireHost(setting: string, host: string): string {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/.test(host)) return host
  throw configurationError(setting, 'is not a host in lower case, without a scheme, such as login.example.com')
}
