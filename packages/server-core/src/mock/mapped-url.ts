// Where the addresses that an app uses arrive: below a base the path without it, everything else as it was written.

export interface MappedUrls {
  /** The addresses below the base without their query, http(s) and ws(s) alike. It captures nothing. */
  readonly pattern: RegExp
  /** The http(s) address that the server is to see; undefined for whatever is not below the base. */
  map(address: string | URL): string | undefined
}

/** The host stays the app's, so that the server judges origins as if it were there [OR-1]. Throws for a base that is no http(s) or ws(s) URL. */
export function mappedUrls(base: string | URL): MappedUrls {
  const root = parse(base)
  if (!root) throw new TypeError(`expected an http(s) or ws(s) url, got ${JSON.stringify(String(base))}`)
  const path = root.pathname.replace(/\/+$/, '')
  const schemes = root.protocol === 'https:' ? '(?:https|wss)' : '(?:http|ws)'
  return {
    pattern: new RegExp(`^${schemes}:\\/\\/${escaped(root.host + path)}(?:\\/|$)`),
    map(address) {
      const url = parse(address)
      if (url?.origin !== root.origin || !url.pathname.startsWith(path)) return undefined
      const rest = url.pathname.slice(path.length)
      return rest === '' || rest.startsWith('/') ? `${url.origin}${rest || '/'}${url.search}` : undefined
    },
  }
}

// In a page an address may be relative; elsewhere there is nothing that it could be relative to.
function parse(address: string | URL): URL | undefined {
  const here = (globalThis as { location?: { href: string } }).location?.href
  if (!URL.canParse(String(address), here)) return undefined
  const { href } = new URL(String(address), here)
  return /^(http|ws)s?:/.test(href) ? new URL(href.replace(/^ws/, 'http')) : undefined
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
