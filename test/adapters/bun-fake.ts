// As much of Bun as the adapter touches, in this process: its server, and sockets that note what is done to them.
import type { BunHandlers, BunServer } from '@websockets.do/server-core/bun'

type BunSocket = Parameters<BunHandlers['websocket']['open']>[0]

export class FakeBun implements BunServer {
  address: unknown = { address: '127.0.0.1', family: 'IPv4', port: 8787 }
  /** What `timeout` was called with, in order. */
  readonly timeouts: number[] = []
  /** Whether the caller is still there to be upgraded. */
  isThere = true
  ip: { readonly address: string } | null = { address: '127.0.0.1' }
  socket: FakeBunSocket | undefined
  headers: Record<string, string> = {}
  readonly #websocket: BunHandlers['websocket']

  constructor({ websocket }: BunHandlers) {
    this.#websocket = websocket
  }

  upgrade(_request: Request, { data, headers }: { data: unknown; headers: Record<string, string> }): boolean {
    if (!this.isThere) return false
    this.headers = headers
    this.socket = new FakeBunSocket(data, this.#websocket)
    this.#websocket.open(this.socket)
    return true
  }

  timeout(_request: Request, seconds: number): void {
    this.timeouts.push(seconds)
  }

  requestIP() {
    return this.ip
  }
}

/** Like Bun's: what ends it is told at once, from within. */
export class FakeBunSocket implements BunSocket {
  readonly data: unknown
  /** What was written, one list a cork; then how it ended. */
  readonly corks: string[][] = []
  ended: 'terminated' | { readonly code: number | undefined; readonly reason: string | undefined } | undefined
  buffered = 0
  /** How many more frames Bun takes before it drops. */
  room = Infinity
  readonly #websocket: BunHandlers['websocket']

  constructor(data: unknown, websocket: BunHandlers['websocket']) {
    this.data = data
    this.#websocket = websocket
  }

  get frames(): any[] {
    return this.corks.flat().map((text) => JSON.parse(text))
  }

  cork(write: () => void): void {
    this.corks.push([])
    write()
  }

  send(text: string): number {
    if (this.ended || this.room-- <= 0) return 0
    this.corks.at(-1)?.push(text)
    return this.buffered > 0 ? -1 : text.length
  }

  close(code?: number, reason?: string): void {
    this.#end({ code, reason }, code ?? 1005)
  }

  terminate(): void {
    this.#end('terminated', 1006)
  }

  getBufferedAmount(): number {
    return this.buffered
  }

  /** The other side says something, or has closed. */
  receive(message: string | Uint8Array): void {
    this.#websocket.message(this, message)
  }

  peerCloses(code: number): void {
    this.#end({ code, reason: '' }, code)
  }

  ping(): void {
    this.#websocket.ping(this)
  }

  #end(how: NonNullable<FakeBunSocket['ended']>, code: number): void {
    if (this.ended) return
    this.ended = how
    this.#websocket.close(this, code)
  }
}
