// A WebSocket that speaks the protocol by hand: everything it was sent, in order, and whatever a test wants to send.

export interface RawMemberOptions {
  /** Answers every PING. Default true. */
  readonly autoPong?: boolean
  /** Acknowledges every DATA that asks for it. Default false. */
  readonly autoAck?: boolean
  readonly protocols?: string[]
}

/** A frame as it came, loosely typed: tests look into it by hand. */
export type RawMessage = { readonly type: string; readonly payload: any; readonly [field: string]: any }

export class RawMember {
  readonly socket: WebSocket
  /** Every frame that arrived, in order, as text. */
  readonly texts: string[] = []
  /** Every frame that arrived, in order. */
  readonly received: RawMessage[] = []
  /** How the connection ended, once it has. */
  closed: { code: number; reason: string } | undefined
  failed = false

  constructor(socket: WebSocket, { autoPong = true, autoAck = false }: RawMemberOptions = {}) {
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as RawMessage
      this.texts.push(String(data))
      this.received.push(message)
      if (autoPong && message.type === 'PING') this.send({ type: 'PONG' })
      if (autoAck && message['requires_ack'] === true) this.ack(message['eventID'])
    })
    socket.addEventListener('error', () => void (this.failed = true))
    socket.addEventListener('close', ({ code, reason }) => void (this.closed = { code, reason }))
  }

  get clientID(): string {
    return this.of('CONNECTED')[0]?.['clientID'] ?? ''
  }

  /** The frames of one type, in order. */
  of(type: string): RawMessage[] {
    return this.received.filter((message) => message.type === type)
  }

  last(type: string): RawMessage | undefined {
    return this.of(type).at(-1)
  }

  /** The payloads of all DATA, in order. */
  get data(): unknown[] {
    return this.of('DATA').map(({ payload }) => payload)
  }

  types(): string[] {
    return this.received.map(({ type }) => type)
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  sendText(text: string): void {
    this.socket.send(text)
  }

  ack(eventID: string, more: object = {}): void {
    this.send({ type: 'ACK', payload: { eventID, ...more } })
  }

  close(code?: number): void {
    this.socket.close(code)
  }
}
