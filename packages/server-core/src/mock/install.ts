// The mock server in the place of the network that a program finds in its globals.
import type { Memory } from '../adapters/memory'

/** What goes elsewhere than to the mock's URL is left to whatever was there before. The result puts that back. */
export function installGlobals({ url, WebSocket: Mock, fetch: mockFetch }: Memory): () => void {
  const before = { WebSocket: Object.getOwnPropertyDescriptor(globalThis, 'WebSocket'), fetch: globalThis.fetch }
  const Original = globalThis.WebSocket as typeof WebSocket | undefined
  const base = new URL(url)
  const isOurs = (address: string | URL): boolean => {
    const { host, pathname } = new URL(address, url)
    const root = base.pathname.replace(/\/$/, '')
    return host === base.host && (pathname === root || pathname.startsWith(`${root}/`))
  }
  const Installed = new Proxy(Mock, {
    construct: (_target, args: [string | URL, (string | string[])?]) =>
      Original && isAddress(args[0]) && !isOurs(args[0]) ? new Original(...args) : new Mock(...args),
  })
  Object.defineProperty(globalThis, 'WebSocket', { value: Installed, configurable: true, writable: true })
  globalThis.fetch = async (input, init) =>
    isOurs(input instanceof Request ? input.url : input)
      ? await mockFetch(input, init)
      : await before.fetch(input, init)
  return () => {
    if (before.WebSocket) Object.defineProperty(globalThis, 'WebSocket', before.WebSocket)
    else Reflect.deleteProperty(globalThis, 'WebSocket')
    globalThis.fetch = before.fetch
  }
}

// A wrong address is the constructor's to refuse.
function isAddress(address: string | URL): boolean {
  return URL.canParse(address)
}
