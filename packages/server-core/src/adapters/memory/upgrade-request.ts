// The request by which a WebSocket in memory asks to be opened.

/** Browsers forbid to say some of these headers in a Request, for which they are the ones to say it: so they are put beside it. */
export function upgradeRequest(url: string, offered: readonly string[], given: HeadersInit | undefined): Request {
  // A request takes no name and password, and the server asks for none.
  const request = new Request(url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1'))
  const headers = new Headers(given)
  if (offered.length > 0) headers.set('sec-websocket-protocol', offered.join(', '))
  return Object.defineProperty(request, 'headers', { value: headers })
}
