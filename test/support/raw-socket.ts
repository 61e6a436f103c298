// A TCP connection that says whatever a test wants to say, lawful or not. It waits for bytes and for the end, never for time.
import { connect, type Socket } from 'node:net'
import { frame, type ServerFrame, serverFrames } from './frame'

export interface Answered {
  readonly status: number
  readonly head: string
  readonly body: string
}

export class RawSocket {
  readonly socket: Socket
  /** Resolves with all that arrived once the connection has ended, whoever ended it and however. */
  readonly ended: Promise<string>
  #bytes = Buffer.alloc(0)
  #over = false
  #waiting: (() => void)[] = []

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#wake()
    })
    // A reset is an end like any other.
    socket.on('error', () => {})
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        this.#over = true
        this.#wake()
        resolve(this.text)
      })
    })
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawSocket> {
    const socket = connect({ port, host, noDelay: true })
    const raw = new RawSocket(socket)
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return raw
  }

  get text(): string {
    return this.#bytes.toString('latin1')
  }

  /** The WebSocket frames that have arrived completely. */
  get frames(): ServerFrame[] {
    const start = this.text.indexOf('\r\n\r\n')
    return start < 0 ? [] : serverFrames(this.#bytes.subarray(start + 4))
  }

  /** The close code that the server sent, once it is there. */
  get closeCode(): number | undefined {
    const close = this.frames.find(({ opcode }) => opcode === CLOSE)
    return close && (close.payload.length < 2 ? 1005 : close.payload.readUInt16BE())
  }

  write(data: string | Uint8Array): this {
    if (this.socket.writable) this.socket.write(data)
    return this
  }

  /** Writes without end, as fast as the other side takes it, until the connection is over. */
  async pour(chunk: string | Uint8Array): Promise<string> {
    const go = () => {
      while (this.socket.writable && this.socket.write(chunk));
    }
    this.socket.on('drain', go)
    go()
    return await this.ended
  }

  /** Until what has arrived passes; rejects when the connection ends without it. */
  async until(test: (text: string) => boolean): Promise<string> {
    while (!test(this.text)) {
      if (this.#over) throw new Error(`the connection ended after ${JSON.stringify(this.text.slice(0, 300))}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return this.text
  }

  /** Becomes a WebSocket and waits for CONNECTED; gives its clientID. */
  async upgrade(path: string, headers: readonly string[] = []): Promise<string> {
    this.write(upgradeRequest(path, headers))
    const text = await this.until((all) => /"type":"CONNECTED".*\}/s.test(all))
    return /"clientID":"([^"]+)"/.exec(text)?.[1] ?? ''
  }

  send(message: object): this {
    return this.write(frame({ payload: JSON.stringify(message) }))
  }

  /** Tears the connection down by a reset, as a crash or a cut cable does. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Sends one request as it stands and gives the answer, when the connection has ended or the answer is complete. */
export async function ask(port: number, request: string, host?: string): Promise<Answered> {
  const raw = await RawSocket.open(port, host)
  raw.write(request)
  const text = await Promise.race([raw.until(isComplete), raw.ended])
  raw.socket.destroy()
  const [head = '', body = ''] = text.split(/\r\n\r\n([^]*)/)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body }
}

/** A request without a body; a header that is given twice stands there twice. */
export function httpRequest(line: string, headers: readonly string[]): string {
  return `${line} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`
}

export function upgradeRequest(path: string, headers: readonly string[] = []): string {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: localhost']
  return httpRequest(`GET ${path}`, [...host, ...UPGRADE, ...headers])
}

export const UPGRADE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
] as const

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  if (text.startsWith('HTTP/1.1 101 ')) return true
  const length = /^content-length: (\d+)/im.exec(text.slice(0, end))?.[1]
  if (length !== undefined) return text.length >= end + 4 + Number(length)
  return /^transfer-encoding: chunked/im.test(text.slice(0, end)) && text.endsWith('\r\n0\r\n\r\n')
}

const CLOSE = 8
