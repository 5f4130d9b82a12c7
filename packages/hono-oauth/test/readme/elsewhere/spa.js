export async function connect(api, token) {
  const answer = await fetch(`${api}/api/connect`, {
    method: 'POST',
    credentials: 'include', // the cookie of the login
    headers: { authorization: `Bearer ${token}` },
  })
  const { authorizationUrl } = await answer.json()
  location.assign(authorizationUrl)
}

export async function connectInPopup(api, token) {
  // Before any `await`: later the browser would block it.
  const popup = window.open('about:blank', 'connect', 'popup,width=600,height=700')
  const init = { credentials: 'include', headers: { authorization: `Bearer ${token}` } }
  const listening = new AbortController()
  const connected = new Promise((resolve) => {
    const hear = ({ origin, source, data }) => {
      if (origin === api && source === popup && data?.type === 'connected') resolve(data.provider)
    }
    // A provider may cut the two windows apart; then no message comes.
    const look = async () => {
      const { connections } = await (await fetch(`${api}/auth/connections`, init)).json()
      if (connections.length > 0) resolve(connections[0].provider)
    }
    window.addEventListener('message', hear, listening)
    window.addEventListener('focus', look, listening)
  })
  const answer = await fetch(`${api}/api/popup`, { ...init, method: 'POST' })
  popup.location.href = (await answer.json()).authorizationUrl
  return connected.finally(() => listening.abort())
}
