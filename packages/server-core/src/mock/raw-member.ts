// A WebSocket that speaks the protocol by hand: everything it sent and was sent, in order, and whatever a test wants to send.

export interface RawMemberOptions {
  /** Answers every PING. Default true. */
  readonly autoPong?: boolean
  /** Acknowledges every DATA that asks for it. Default false. */
  readonly autoAck?: boolean
  /** Offered subprotocols. */
  readonly protocols?: readonly string[]
}

/** A frame as it is, loosely typed: tests look into it by hand. */
export interface RawMessage {
  readonly type: string
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly payload: any
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [field: string]: any
}

export class RawMember {
  readonly socket: WebSocket
  /** Every frame that arrived, in order, as text. */
  readonly texts: string[] = []
  /** Every frame that arrived, in order. */
  readonly received: RawMessage[] = []
  /** Every frame that it sent, in order; what was no JSON is a string. */
  readonly sent: unknown[] = []
  /** May be changed at any time. */
  autoPong: boolean
  autoAck: boolean
  /** How the connection ended, once it has. */
  closed: { readonly code: number; readonly reason: string } | undefined
  /** It ended with an error, or never opened. */
  failed = false

  constructor(socket: WebSocket, { autoPong = true, autoAck = false }: RawMemberOptions = {}) {
    this.socket = socket
    this.autoPong = autoPong
    this.autoAck = autoAck
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as RawMessage
      this.texts.push(String(data))
      this.received.push(message)
      if (this.autoPong && message.type === 'PING') this.send({ type: 'PONG' })
      if (this.autoAck && message['requires_ack'] === true) this.ack(message['eventID'] as string)
    })
    socket.addEventListener('error', () => void (this.failed = true))
    socket.addEventListener('close', ({ code, reason }) => void (this.closed = { code, reason }))
  }

  /** Empty before CONNECTED. */
  get clientID(): string {
    return (this.of('CONNECTED')[0]?.['clientID'] as string | undefined) ?? ''
  }

  /** The payloads of all DATA, in order. */
  get data(): unknown[] {
    return this.of('DATA').map(({ payload }) => payload)
  }

  /** The frames of one type, in order. */
  of(type: string): RawMessage[] {
    return this.received.filter((message) => message.type === type)
  }

  last(type: string): RawMessage | undefined {
    return this.of(type).at(-1)
  }

  types(): string[] {
    return this.received.map(({ type }) => type)
  }

  send(message: object): void {
    this.#send(message, JSON.stringify(message))
  }

  /** Whatever the text is. */
  sendText(text: string): void {
    this.#send(text, text)
  }

  /** `reply` is what the ACK carries beside the event's id [ACK-6]. */
  ack(eventID: string, reply: object = {}): void {
    this.send({ type: 'ACK', payload: { eventID, ...reply } })
  }

  emit(payload: unknown, options: object = {}): void {
    this.send({ type: 'EMIT', payload, ...options })
  }

  setPresence(presence: object): void {
    this.send({ type: 'PRESENCE', payload: presence })
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason)
  }

  // What is sent after the end goes nowhere.
  #send(what: unknown, text: string): void {
    if (this.socket.readyState === 1) this.sent.push(what)
    this.socket.send(text)
  }
}
