/**
 * The object that keeps a key: that of the owner for connections, else one for what the first three
 * parts of the key name, such as one grant or one delivery.
 */
export function objectName(key: string): string {
  const [room = '', group = '', id = ''] = key.split('/')
  return room === 'connections' ? ownerObjectName(id) : `${room}/${group}/${id}`
}

/** The object of an owner. */
export function ownerObjectName(ownerKey: string): string {
  return `owners/${ownerKey}`
}
