// Mounting below a path: which requests are meant, and what they ask for below it.
import { WebSocketsError } from '../error'
import { urlOf } from '../http/url-of'

/** Throws BAD_PARAMETER for what no path begins with. The empty one is right: everything lies below it. */
export function checkBasePath(basePath: unknown): void {
  if (basePath === '' || (typeof basePath === 'string' && /^(\/[^/?#]+)+$/.test(basePath))) return
  throw new WebSocketsError('BAD_PARAMETER', 'expected `basePath` to be a path such as "/realtime"')
}

/** The request without the base path, or the same where that is empty; undefined when it does not lie below it. */
export function belowBasePath(request: Request, basePath: string): Request | undefined {
  if (basePath === '') return request
  const { href, origin, pathname } = urlOf(request)
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return undefined
  const rest = href.slice(origin.length + basePath.length)
  return new Request(`${origin}${rest.startsWith('/') ? '' : '/'}${rest}`, request)
}
