// Joins a socket that somebody else's tool brought with one of the server's: frames and closes, both ways, in order, without loss.
import type { Memory } from '../adapters/memory'
import { uncaught } from './uncaught'

/** The tool's end: what the server says to the app. */
export interface FarEnd {
  message(text: string): void
  closed(code: number, reason: string): void
}

export interface Pipe {
  /** Whether the server took the connection. Until then the app must not see its socket open. Never rejects. */
  readonly accepted: Promise<boolean>
  /** The subprotocol that the server chose. */
  readonly protocol: string
  /** From now on the app hears the server; what came before is kept until now. */
  flow(end: FarEnd): void
  send(data: unknown): void
  close(code?: number, reason?: string): void
}

type Data = Parameters<WebSocket['send']>[0]

/** Nothing in it throws. With an `origin` it is refused where a page of that origin would be. */
export function openPipe(
  server: Memory,
  target: string,
  protocols: readonly string[],
  origin: string | undefined,
): Pipe {
  let socket: WebSocket | undefined
  let end: FarEnd | undefined
  let closed: readonly [code: number | undefined, reason: string | undefined] | undefined
  let decide: (verdict: boolean) => void = () => undefined
  const accepted = new Promise<boolean>((resolve) => (decide = resolve))
  /** What either side said before the other could listen. */
  const unsent: Data[] = []
  const unheard: ((end: FarEnd) => void)[] = []

  function tell(word: (end: FarEnd) => void): void {
    if (end) deliver(end, word)
    else unheard.push(word)
  }

  function shut(code?: number, reason?: string): void {
    // The rest (1001 of a page that went away, 1006 of a tool that gave up) cannot be said by a client's `close`.
    if (code !== 1000 && !(code !== undefined && code >= 3000 && code <= 4999)) return socket?.close()
    try {
      socket?.close(code, reason)
    } catch {
      // A reason has at most 123 bytes, which not every tool checks.
      socket?.close(code)
    }
  }

  function connect(): void {
    const headers: Record<string, string> = origin === undefined ? {} : { origin }
    const opening = new server.WebSocket(target.replace(/^http/, 'ws'), [...protocols], { headers })
    socket = opening
    opening.addEventListener('open', () => {
      for (const data of unsent.splice(0)) opening.send(data)
      decide(true)
      if (closed) shut(...closed)
    })
    opening.addEventListener('message', ({ data }) => tell((far) => far.message(String(data))))
    // Its close says all there is to know.
    opening.addEventListener('error', () => undefined)
    opening.addEventListener('close', ({ code, reason }) => {
      decide(false)
      tell((far) => far.closed(code, reason))
    })
  }

  try {
    connect()
  } catch {
    decide(false)
  }

  return {
    accepted,
    get protocol() {
      return socket?.protocol ?? ''
    },
    flow(far) {
      // Whatever comes meanwhile queues up behind it.
      for (let word = unheard.shift(); word; word = unheard.shift()) deliver(far, word)
      end = far
    },
    send(data) {
      if (socket?.readyState === 1) socket.send(data as Data)
      else if (!closed) unsent.push(data as Data)
    },
    close(code, reason) {
      if (closed) return
      closed = [code, reason]
      // Who was made to believe that it was connected has what it said delivered first.
      if (unsent.length === 0 || socket?.readyState === 1) shut(code, reason)
    },
  }
}

// Some tools run the listeners of the app within.
function deliver(end: FarEnd, word: (end: FarEnd) => void): void {
  uncaught(() => word(end))
}
