// A machine behind a proxy that lets no WebSocket through, while it is told to, and a record of what it tried.
import type { WebSocketConstructor, WebSocketEvent } from '@websockets.do/client'
import { eventStream } from '@websockets.do/client/event-stream'
import type { World } from '../../support/world'

export function behindProxy(world: World, name = 'office') {
  const device = world.device(name)
  const proxy = { isBlocking: true }
  /** `W` for a WebSocket, `S` for a stream. */
  const tried: string[] = []
  class Blocked {
    addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
      if (type === 'close') queueMicrotask(() => listener({ type, code: 1006, reason: '' }))
    }
    send(): void {
      throw new Error('not open')
    }
    close(): void {}
  }
  function Dialled(url: string) {
    tried.push('W')
    return proxy.isBlocking ? new Blocked() : new device.WebSocket(url)
  }
  return {
    device,
    proxy,
    tried,
    options: {
      ...device,
      // A constructor may return another object.
      WebSocket: Dialled as unknown as WebSocketConstructor,
      fallback: eventStream,
      fetch: (async (input, init) => {
        if (!init?.method) tried.push('S')
        return await device.fetch(input, init)
      }) satisfies typeof fetch,
    },
  }
}
