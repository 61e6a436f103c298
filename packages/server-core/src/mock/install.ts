// The mock server in the place of the network that a program finds in its globals.
import type { Memory } from '../adapters/memory'

/** What goes elsewhere than to the mock's URL is left to whatever was there before. The result puts that back, once. */
export function installGlobals({ url, WebSocket: Mock, fetch: mockFetch }: Memory): () => void {
  const { WebSocket: Original, fetch: originalFetch } = globalThis as Partial<Pick<typeof globalThis, Replaced>>
  const base = new URL(url)
  const isOurs = (address: string | URL): boolean => {
    const { host, pathname } = new URL(address, url)
    const root = base.pathname.replace(/\/$/, '')
    return host === base.host && (pathname === root || pathname.startsWith(`${root}/`))
  }
  const isEither = (socket: unknown): boolean =>
    socket instanceof Mock || (Original !== undefined && socket instanceof Original)
  const Installed: typeof Mock = new Proxy(Mock, {
    // A class of the program's that is based on it can only be based on one of them.
    construct: (_target, args: [string | URL, (string | string[])?], newTarget) =>
      Original && newTarget === Installed && isAddress(args[0]) && !isOurs(args[0])
        ? new Original(...args)
        : (Reflect.construct(Mock, args, newTarget === Installed ? Mock : newTarget) as object),
    get: (target, key, receiver) =>
      key === Symbol.hasInstance && receiver === Installed ? isEither : Reflect.get(target, key, receiver),
  })
  const restore = [
    replace('WebSocket', Installed),
    replace('fetch', async (...[input, init]: Parameters<typeof fetch>) =>
      originalFetch && !isOurs(input instanceof Request ? input.url : input)
        ? await originalFetch(input, init)
        : await mockFetch(input, init),
    ),
  ]
  return () => {
    for (const undo of restore.splice(0)) undo()
  }
}

type Replaced = 'WebSocket' | 'fetch'

function replace(name: Replaced, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name)
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  return () => {
    if (before) Object.defineProperty(globalThis, name, before)
    else Reflect.deleteProperty(globalThis, name)
  }
}

// A wrong address is the constructor's to refuse.
function isAddress(address: string | URL): boolean {
  return URL.canParse(address)
}
