// As much of Deno as the adapter touches, in this process: what upgrades a request, and its sockets.
import { onTestFinished } from 'vitest'

class FakeDeno {
  readonly sockets: FakeDenoSocket[] = []
  /** Of each upgrade. */
  readonly options: object[] = []
  readonly responses: Response[] = []
  /** The order in which what ends a server was done. */
  readonly ends: string[] = []
  served: { readonly port: number; readonly hostname: string } | undefined

  upgradeWebSocket = (request: Request, options: object) => {
    if (!request.headers.has('sec-websocket-key')) throw new TypeError('not a handshake')
    const socket = new FakeDenoSocket()
    // Node's Response has no status 101.
    const response = new Response(null)
    this.sockets.push(socket)
    this.options.push(options)
    this.responses.push(response)
    return { socket, response }
  }

  serve = (options: { port: number; hostname: string }) => {
    this.served = options
    return {
      addr: { port: options.port },
      shutdown: async () => void this.ends.push('shutdown'),
    }
  }
}

export class FakeDenoSocket extends EventTarget {
  binaryType = 'blob'
  bufferedAmount = 0
  readonly sent: string[] = []
  closed: { readonly code: number | undefined; readonly reason: string | undefined } | undefined
  /** Thrown by `send`. */
  fault: Error | undefined

  get frames(): any[] {
    return this.sent.map((text) => JSON.parse(text))
  }

  get types(): string[] {
    return this.frames.map(({ type }) => type)
  }

  send(text: string): void {
    if (this.fault) throw this.fault
    if (!this.closed) this.sent.push(text)
  }

  close(code?: number, reason?: string): void {
    this.closed ??= { code, reason }
  }

  opens(): void {
    this.dispatchEvent(new Event('open'))
  }

  receives(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** As Deno does: an error first where there was no close frame, and then 0 for a code. */
  ends(code: number): void {
    if (code === 0) this.dispatchEvent(new Event('error'))
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
}

/** Puts it where Deno has its own, until the test is over. */
export function installDeno(): FakeDeno {
  const fake = new FakeDeno()
  Object.assign(globalThis, { Deno: fake })
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'Deno'))
  return fake
}
