import { expect, it } from 'vitest'
import { wordsOfScope } from '../src/scope-words.ts'

it.each([
  ['openid', 'Know who you are'],
  ['sites:read', 'See your sites'],
  ['cms:write', 'Change your CMS'],
  ['crm.objects.contacts.read', 'See your CRM objects contacts'],
  ['https://www.googleapis.com/auth/drive.readonly', 'See your drive'],
  ['https://graph.microsoft.com/Mail.ReadWrite', 'See and change your mail'],
  ['read_write', 'See and change your data'],
  ['admin:repo_hook', 'Manage your repo hook'],
  ['playlist-modify-public', 'Change your playlist public'],
  ['repo', 'Use your repo'],
  ['constructor', 'Use your constructor'],
  ['*', 'Use your data'],
])('says what %s allows', (scope, words) => expect(wordsOfScope(scope)).toBe(words))

it("prefers the provider's own words", () => {
  expect(wordsOfScope('repo', { repo: 'See your code' })).toBe('See your code')
})
