export async function connect(api, token, print = console.log) {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${api}/api/connect`, { method: 'POST', headers })
  const { authorizationUrl } = await answer.json()
  print(`Open within two minutes: ${authorizationUrl}`)
}

export async function disconnect(api, token, id) {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', origin: api }
  const answer = await fetch(`${api}/auth/connections/${id}/revoke`, { method: 'POST', headers })
  return (await answer.json()).outcome
}
