// A socket without a wire: what an adapter would hand to the core, for crowds and for transports that misbehave.
import type { Connection, Socket } from '@websockets.do/server-core'
import type { World } from './world'

/** Listens with a socket of the test's own; by default one that swallows everything. Throws when it is refused. */
export async function listenWith(world: World, channel: string, socket: Partial<Socket> = {}): Promise<Connection> {
  const request = new Request(`${world.url}/${encodeURIComponent(channel)}/listen`)
  const accept = await world.server.upgrade(request)
  if (accept instanceof Response) throw new Error(`the upgrade was refused with ${accept.status}`)
  // Not spread: a getter such as `bufferedAmount` stays one.
  return accept(Object.defineProperties({ send() {}, close() {} }, Object.getOwnPropertyDescriptors(socket)))
}
