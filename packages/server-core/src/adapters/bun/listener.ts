// A WebSocket of Bun's ↔ the core's Socket and Connection. What is said in one turn is written in one go.
import { closeCode } from '@websockets.do/protocol'
import type { Connection, Socket } from '../../core/ports'
import type { Accept } from '../../http/handler'
import type { Server } from '../../server'

/** As much of Bun's ServerWebSocket as is used here. */
export interface BunSocket {
  readonly data: unknown
  /** 0: dropped, -1: waiting to be written. */
  send(text: string): number
  close(code?: number, reason?: string): void
  terminate(): void
  cork(write: () => void): unknown
  getBufferedAmount(): number
}

export class BunListener implements Socket {
  readonly #server: Pick<Server, 'report'>
  readonly #accept: Accept
  #socket: BunSocket | undefined
  #connection: Connection | undefined
  #frames: string[] = []
  /** In UTF-16 units, which is a third of the bytes at least; only until the turn is over. */
  #waiting = 0
  #ending: { readonly code: number | undefined; readonly reason: string | undefined } | undefined
  #isScheduled = false

  constructor(server: Pick<Server, 'report'>, accept: Accept) {
    this.#server = server
    this.#accept = accept
  }

  get bufferedAmount(): number {
    return this.#waiting + (this.#socket?.getBufferedAmount() ?? 0)
  }

  open(socket: BunSocket): void {
    this.#socket = socket
    this.#guard(() => (this.#connection = this.#accept(this)))
  }

  receive(message: string | Uint8Array): void {
    this.#guard(() => this.#connection?.receive(message))
  }

  /** Also what Bun cuts by itself comes here: too large a message, an illegal frame. All of that is 1006. */
  closed(code: number): void {
    this.#drop()
    this.#socket = undefined
    this.#guard(() => this.#connection?.closed(code))
  }

  send(text: string): void {
    if (!this.#socket || this.#ending) return
    this.#frames.push(text)
    this.#waiting += text.length
    this.#schedule()
  }

  close(code?: number, reason?: string): void {
    if (!this.#socket || this.#ending) return
    this.#ending = { code, reason }
    // A close frame would wait behind all that a slow reader has not read.
    if (code === closeCode.SLOW_CONSUMER) this.#drop()
    this.#schedule()
  }

  // Never at once: Bun tells of the end of a socket while it is being ended, and the core must not be called back then.
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#guard(() => this.#flush())
    })
  }

  #flush(): void {
    const socket = this.#socket
    if (!socket) return
    const frames = this.#frames
    this.#drop()
    let isWhole = true
    if (frames.length > 0) {
      socket.cork(() => {
        // A stream that lacks a frame must not go on: its reader comes back and asks for what is missing.
        isWhole = frames.every((frame) => socket.send(frame) !== DROPPED)
      })
    }
    if (!isWhole || this.#ending?.code === closeCode.SLOW_CONSUMER) socket.terminate()
    else if (this.#ending) socket.close(this.#ending.code, this.#ending.reason)
  }

  #drop(): void {
    this.#frames = []
    this.#waiting = 0
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#server.report(error, 'a WebSocket of Bun')
      this.#socket?.terminate()
    }
  }
}

const DROPPED = 0
