// The server in this very process: a WHATWG WebSocket and a fetch that reach it without a network.
// Frames travel through a queue, in order, and never arrive inside `send`: what is true on a wire is true here.
import type { Server } from '../server'
import { createBase } from './memory/base'
import { memoryFetch } from './memory/fetch'
import { type MemorySocketInit, MemoryWebSocket } from './memory/socket'
import { perfectWire, type Wire } from './memory/wire'

export type { Direction, Ends, Line, Parcel, Wire } from './memory/wire'

export interface MemoryOptions {
  /** Where the server pretends to be, base path included. Default `http://memory.test`. */
  readonly url?: string
  /** What carries the frames. Default: a queue that delivers everything in a microtask, in the order in which it was sent. */
  readonly wire?: Wire
}

/** Like the platform's; `init` is as `ws` has it, for what a browser says by itself: `Origin`, for example. */
export type MemorySocketConstructor = typeof WebSocket & {
  new (url: string | URL, protocols?: string | string[], init?: MemorySocketInit): WebSocket
}

/** What a client needs in the place of the network. */
export interface Memory {
  readonly url: string
  readonly WebSocket: MemorySocketConstructor
  readonly fetch: typeof fetch
}

export function memory(server: Pick<Server, 'fetch' | 'upgrade'>, options: MemoryOptions = {}): Memory {
  const { url = 'http://memory.test', wire = perfectWire() } = options
  const ends = { server, wire, base: createBase(url) }
  class BoundWebSocket extends MemoryWebSocket {
    constructor(address: string | URL, protocols?: string | string[], init?: MemorySocketInit) {
      if (arguments.length === 0) throw new TypeError('expected an argument: the address')
      super(ends, address, protocols, init)
    }
  }
  Object.defineProperty(BoundWebSocket, 'name', { value: 'WebSocket' })
  return {
    url,
    WebSocket: BoundWebSocket as unknown as MemorySocketConstructor,
    fetch: (input, init) => memoryFetch(ends, input, init),
  }
}
