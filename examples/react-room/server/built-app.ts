// The built app: its few files are read once, and served from memory.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { App } from './app'
import { fail } from './fail'

export function builtApp(): App {
  const root = new URL('../dist/', import.meta.url)
  if (!existsSync(new URL('index.html', root))) fail('the app is not built yet: `npm run build` does that')
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
  const files = new Map(
    paths
      .filter((path) => types[extname(path)])
      .map((path) => [`/${path}`, { type: types[extname(path)], body: readFileSync(new URL(path, root)) }]),
  )
  return {
    handle({ method, url = '/' }, response) {
      const [pathname = '/'] = url.split('?')
      const path = pathname === '/' ? '/index.html' : pathname
      const file = files.get(path)
      if (!file) return void response.writeHead(404).end()
      if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
      response.writeHead(200, {
        'content-type': file.type,
        'content-length': file.body.length,
        // Their names change with their content.
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        'content-security-policy': "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      })
      response.end(method === 'HEAD' ? undefined : file.body)
    },
    close: async () => undefined,
  }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
}
