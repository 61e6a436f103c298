// A device's WebSocket that writes down what it is used for: the class, to be given to a client or used by hand.
import type { Device } from '@websockets.do/server-core/mock'
import { channelOf } from './doors'
import type { Log, Opened } from './log'
import { Reader } from './reader'
import { deviceName } from './words'

export interface SocketOwner {
  name(channel: string): string
  readonly device: number
  /** ms of the server's clock. */
  now(): number
  /** Called before each attempt; it may object. */
  opening?(name: string): void
}

export function recordedSocket({ WebSocket }: Device, owner: SocketOwner, log: Log): typeof globalThis.WebSocket {
  return class Recorded extends WebSocket {
    readonly #opened: Opened

    constructor(address: string | URL, protocols?: string | string[]) {
      const channel = channelOf(String(address))
      const name = owner.name(channel)
      owner.opening?.(name)
      super(address, protocols)
      this.#opened = {
        owner: name,
        channel,
        device: owner.device,
        socket: this,
        since: owner.now(),
        inText: [],
        in: new Reader(
          `${name} on ${deviceName(owner.device)} in ${channel}, as arrived`,
          true,
          log.report,
          log.recurring,
        ),
        sent: [],
        sentText: [],
      }
      log.sockets.push(this.#opened)
      this.addEventListener('message', ({ data }) => {
        this.#opened.inText.push(String(data))
        this.#opened.in.take(JSON.parse(String(data)))
      })
    }

    override send(data: string): void {
      if (this.readyState === this.OPEN) {
        this.#opened.sentText.push(data)
        this.#opened.sent.push(parse(data))
      }
      super.send(data)
    }
  }
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
