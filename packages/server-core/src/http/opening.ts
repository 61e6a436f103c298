// The request that opened a connection, as plain JSON: `authorize` is shown it for what a member emits, in a later process too.
import type { SavedRequest } from '../core/saved'

export function savedRequest({ url, headers }: Request): SavedRequest {
  return { url, headers: [...headers] }
}

/** What had none is shown as if it had been asked for by nobody. */
export function requestOf({ url, headers }: SavedRequest = { url: 'http://unknown.invalid/', headers: [] }): Request {
  return new Request(url, { headers: headers.map(([name, value]): [string, string] => [name, value]) })
}
