/** Where an app is registered at its vendor, and what to type there, by preset. The others have the general sentence. */
export const REGISTER_NOTES: Readonly<Record<string, string>> = {
  github:
    'At GitHub, open _Settings → Developer settings → OAuth Apps → New OAuth App_. The _Homepage URL_ is the origin of your app, and the _Authorization callback URL_ is the callback of the table. An OAuth app has one callback URL, so make a second one for production.',
  githubApp:
    'At GitHub, open _Settings → Developer settings → GitHub Apps → New GitHub App_. The _Homepage URL_ is the origin of your app, and the _Callback URL_ is the callback of the table. A GitHub App has up to ten, so one app can have that of your machine and that of production. Choose the permissions there. Switch off _Active_ under _Webhook_: this preset takes no webhooks.',
}
