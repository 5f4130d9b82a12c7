/** What the tests asked for once, and ask for no more: the feature is gone. */
export const REMOVED: readonly { readonly where: string; readonly what: string; readonly why: string }[] = [
  {
    where: 'row 56, second half',
    what: 'a page of the app that begins a login whenever it is opened ends with `login_loop`',
    why: 'circles of logins are not looked for: a browser stops them by itself',
  },
  {
    where: 'row 146, second half',
    what: 'at most `maxRenewalsAtOnce` renewals are under way at once',
    why: 'the limit is gone: renewals that end together are spread by jitter',
  },
  {
    where: 'row 161',
    what: 'an old record that was put back needs a new login',
    why: 'put-back values are not told apart: a restored backup must work',
  },
  {
    where: 'interleavings and fault matrix over Workers KV',
    what: 'refresh tokens that rotate (`allowUnsafeRotation`)',
    why: 'they need a store that can compare and swap; over KV refresh tokens are reusable now',
  },
]
