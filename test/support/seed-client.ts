// A client that knows the seed's messages alone, on any WebSocket. It waits for frames, never for time.
import type { RawMessage } from '@websockets.do/server-core/mock'

export interface SeedClientOptions {
  /** Answers every PING. Default true. */
  readonly pong?: boolean
  /** Acknowledges every DATA that asks for it. Default true. */
  readonly ack?: boolean
  readonly protocols?: string[]
}

export interface Ending {
  readonly code: number
  readonly reason: string
}

/** Connects and waits for CONNECTED. `url` is the server's, `path` what follows it: `/room/listen`. */
export async function join(runtime: Runtime, path: string, options: SeedClientOptions = {}): Promise<SeedClient> {
  const client = new SeedClient(runtime, path, options)
  await client.nth('CONNECTED')
  return client
}

export interface Runtime {
  readonly url: string
  readonly WebSocket: typeof WebSocket
}

interface Waiting {
  readonly what: string
  readonly found: () => RawMessage | undefined
  resolve(message: RawMessage): void
  reject(error: Error): void
}

export class SeedClient {
  readonly socket: WebSocket
  /** Every frame that arrived, in order. */
  readonly received: RawMessage[] = []
  /** How the connection ended. */
  readonly ended: Promise<Ending>
  #ending: Ending | undefined
  #waiting: Waiting[] = []

  constructor(
    { url, WebSocket }: Runtime,
    path: string,
    { pong = true, ack = true, protocols = [] }: SeedClientOptions = {},
  ) {
    const socket = new WebSocket(url.replace(/^http/, 'ws') + path, protocols)
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as RawMessage
      this.received.push(message)
      if (pong && message.type === 'PING') this.send({ type: 'PONG' })
      if (ack && message['requires_ack'] === true) this.ack(message['eventID'])
      this.#check()
    })
    // Its close says all there is to know.
    socket.addEventListener('error', () => {})
    this.ended = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => {
        this.#ending = { code, reason }
        resolve(this.#ending)
        this.#check()
      })
    })
  }

  get clientID(): string {
    return this.of('CONNECTED')[0]?.['clientID'] ?? ''
  }

  of(type: string): RawMessage[] {
    return this.received.filter((message) => message.type === type)
  }

  /** The n-th frame of a type, counted from the first that ever came; rejects when the connection ends without it. */
  nth(type: string, n = 1): Promise<RawMessage> {
    return this.#until(`${type} number ${n}`, () => this.of(type)[n - 1])
  }

  /** The first frame of a type whose payload passes. */
  with(type: string, test: (payload: any) => boolean): Promise<RawMessage> {
    return this.#until(`a certain ${type}`, () => this.of(type).find(({ payload }) => test(payload)))
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  ack(eventID: string): void {
    this.send({ type: 'ACK', payload: { eventID } })
  }

  /** Leaves in an orderly way, and waits until it has. */
  async leave(code?: number): Promise<Ending> {
    this.socket.close(code)
    return await this.ended
  }

  #until(what: string, found: () => RawMessage | undefined): Promise<RawMessage> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ what, found, resolve, reject })
      this.#check()
    })
  }

  #check(): void {
    this.#waiting = this.#waiting.filter(({ what, found, resolve, reject }) => {
      const message = found()
      if (message) resolve(message)
      else if (this.#ending)
        reject(new Error(`the connection ended with ${this.#ending.code} ${this.#ending.reason} before ${what} came`))
      else return true
      return false
    })
  }
}
