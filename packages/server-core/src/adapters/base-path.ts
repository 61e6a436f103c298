// The path below which a server is mounted, taken off a request before the core sees it [CH-5].
import { WebSocketsError } from '../error'

/** Throws BAD_PARAMETER for what is neither empty nor a path such as `/realtime`. */
export function checkBasePath(basePath: string): void {
  if (typeof basePath !== 'string' || !/^(\/[^/?#]+)*$/.test(basePath)) {
    throw new WebSocketsError('BAD_PARAMETER', 'expected `basePath` to be a path such as "/realtime"')
  }
}

/** The request without the base path; undefined where it does not lie below. With an empty base path the request itself. */
export function belowBasePath(request: Request, basePath: string): Request | undefined {
  if (basePath === '') return request
  const url = new URL(request.url)
  const { pathname } = url
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return undefined
  url.pathname = pathname.slice(basePath.length) || '/'
  return new Request(url, request)
}
