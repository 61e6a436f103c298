// Where a server in memory pretends to be: its own addresses begin below that path [CH-5].

export interface Base {
  /** What a relative URL is relative to. */
  readonly url: string
  /** As http(s), and without the base's path; what lies elsewhere is as it was. */
  below(url: URL): string
}

export function createBase(url: string): Base {
  const path = new URL(url).pathname.replace(/\/+$/, '')
  return {
    url,
    below(address) {
      if (path === '' || !address.pathname.startsWith(`${path}/`)) return address.href.replace(/^ws/, 'http')
      return address.origin.replace(/^ws/, 'http') + address.pathname.slice(path.length) + address.search
    },
  }
}
