// The mock server in the place of the network that a program finds in its globals.
import type { Memory } from '../adapters/memory'
import { replaceGlobal } from './replace-global'

/**
 * What goes elsewhere than to the mock's URL is left to whatever was there before. The result puts that back, once; several may be undone
 * in any order.
 */
export function installGlobals({ url, WebSocket: Mock, fetch: mockFetch }: Memory): () => void {
  const base = new URL(url)
  const root = base.pathname.replace(/\/$/, '')
  const isOurs = ({ host, pathname }: URL): boolean =>
    host === base.host && (pathname === root || pathname.startsWith(`${root}/`))
  // In a page an address may be relative to the page, whosever it is; elsewhere there is nothing but the mock's URL.
  const resolved = (address: string | URL): URL => new URL(address, here() ?? url)
  const isEither = (socket: unknown): boolean => {
    const Original = below()
    return socket instanceof Mock || (Original !== undefined && socket instanceof Original)
  }
  const make = (args: unknown[], newTarget: Function): object =>
    Reflect.construct(Mock, args, newTarget === Installed ? Mock : newTarget) as object
  const Installed: typeof Mock = new Proxy(Mock, {
    construct(_target, args: [(string | URL)?, (string | string[])?], newTarget) {
      const [given, ...more] = args
      // A wrong address, or none, is the constructor's to refuse.
      if (given === undefined || !URL.canParse(String(given), here() ?? url)) return make(args, newTarget)
      const Original = below()
      const address = resolved(given)
      // A class of the program's that is based on it can only be based on one of them.
      return Original && newTarget === Installed && !isOurs(address)
        ? new Original(given, ...more)
        : make([address, ...more], newTarget)
    },
    get: (target, key, receiver) =>
      key === Symbol.hasInstance && receiver === Installed ? isEither : Reflect.get(target, key, receiver),
  })
  const sockets = replaceGlobal('WebSocket', Installed)
  const below = (): typeof WebSocket | undefined => sockets.below() as typeof WebSocket | undefined
  const requests = replaceGlobal('fetch', async (...[input, init]: Parameters<typeof fetch>) => {
    const original = requests.below() as typeof fetch | undefined
    const isRequest = input instanceof Request
    const address = resolved(isRequest ? input.url : input)
    if (original && !isOurs(address)) return await original(input, init)
    return await mockFetch(isRequest ? input : address, init)
  })
  return () => {
    sockets.undo()
    requests.undo()
  }
}

function here(): string | undefined {
  return (globalThis as { location?: { href: string } }).location?.href
}
