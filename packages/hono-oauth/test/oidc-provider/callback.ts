// Changes of an address, such as that of a callback.

export function set(name: string, value: string) {
  return (url: URL) => url.searchParams.set(name, value)
}

export function remove(name: string) {
  return (url: URL) => url.searchParams.delete(name)
}

export function repeat(name: string) {
  return ({ searchParams }: URL) => searchParams.append(name, String(searchParams.get(name)))
}
