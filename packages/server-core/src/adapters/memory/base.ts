// The server's own addresses begin below the path of the URL that it pretends to be at [CH-5].

/** As http(s), and without the base's path; what lies elsewhere is as it was. */
export function belowBase(url: URL, base: string): string {
  const path = new URL(base).pathname.replace(/\/+$/, '')
  if (path === '' || !url.pathname.startsWith(`${path}/`)) return url.href.replace(/^ws/, 'http')
  return url.origin.replace(/^ws/, 'http') + url.pathname.slice(path.length) + url.search
}
