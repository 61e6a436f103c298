// The page's files, read once: `/` is the page, `/_/page/…` what it loads. Everything else is left to the server.
import { readFileSync } from 'node:fs'

/** Reads the built page from `directory`, which ends with a slash. */
export function pageFiles(directory: URL): (request: Request) => Response | undefined {
  const files = new Map(
    FILES.map(({ path, name, type }) => [path, { type, body: readFileSync(new URL(name, directory)) }]),
  )
  return (request) => {
    const file = files.get(new URL(request.url).pathname)
    if (!file) return undefined
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    return new Response(request.method === 'HEAD' ? null : file.body, {
      headers: { 'content-type': file.type, ...HEADERS },
    })
  }
}

const FILES = [
  { path: '/', name: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/_/page/page.js', name: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/_/page/page.css', name: 'page.css', type: 'text/css; charset=utf-8' },
]

const HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
