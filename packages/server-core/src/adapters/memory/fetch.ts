// fetch, answered by a server in the same process: the request and what it is answered travel along the wire.
import type { Server } from '../../server'
import type { Base } from './base'
import type { Line, Wire } from './wire'

export interface MemoryFetchOptions {
  readonly server: Pick<Server, 'fetch'>
  readonly wire: Wire
  readonly base: Base
}

export async function memoryFetch(
  { server, wire, base }: MemoryFetchOptions,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const asked = input instanceof Request ? new Request(input, init) : new Request(new URL(input, base.url), init)
  const { signal } = asked
  signal.throwIfAborted()
  // What the server is told of: whoever gives up is gone once that has come up to it, and so is one whose connection is lost.
  const gone = new AbortController()
  const target = base.below(new URL(asked.url))
  const request = new Request(target === asked.url ? asked : new Request(target, asked), { signal: gone.signal })
  return await new Promise<Response>((resolve, reject) => {
    const exchange = new Exchange(wire, asked.url, gone, reject)
    const abort = (): void => exchange.giveUp(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    exchange.onClientOver = () => signal.removeEventListener('abort', abort)
    const { pathname, search } = new URL(request.url)
    const { line } = exchange
    line.carry('up', 'request', `${request.method} ${pathname}${search}`, () => {
      if (!exchange.reach()) return
      const answer = (response: Response): void => {
        // Whoever is gone by then reads no stream: a body that somebody reads already is locked, and left to that one.
        const drop = (): void => void response.body?.cancel().catch(() => {})
        if (gone.signal.aborted) return drop()
        gone.signal.addEventListener('abort', drop, { once: true })
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
        const stream = isStream ? response.body : null
        line.carry('down', 'response', String(response.status), () => {
          if (gone.signal.aborted) return
          // It flows until the server knows that nobody waits for it any more.
          if (stream) return resolve(withURL(new Response(carried(stream, exchange), response), asked.url))
          if (exchange.isClientOver) return
          gone.signal.removeEventListener('abort', drop)
          exchange.endClient()
          resolve(withURL(response, asked.url))
        })
        if (!stream) exchange.endServer()
      }
      server.fetch(request).then(answer, (error: unknown) => {
        line.carry('down', 'refuse', 'the connection', () => exchange.fail(error))
        exchange.endServer()
      })
    })
  })
}

/** Which of its ends believe in a request that is under way. The line is over when neither does. */
class Exchange {
  readonly line: Line
  readonly gone: AbortController
  isClientOver = false
  /** How the client learns that it failed: as an answer that never comes, or as a stream that breaks off. */
  onFailed: (error: unknown) => void
  onClientOver: () => void = () => {}
  #isReached = false
  #isServerOver = false

  constructor(wire: Wire, url: string, gone: AbortController, onFailed: (error: unknown) => void) {
    this.gone = gone
    this.onFailed = onFailed
    this.line = wire.connect({
      kind: 'http',
      url,
      lose: (side) => (side === 'client' ? this.#loseClient() : this.#loseServer()),
    })
  }

  /** Whether the server has an end for what has come up to it. */
  reach(): boolean {
    this.#isReached = !this.#isServerOver
    return this.#isReached
  }

  fail(error: unknown): void {
    if (this.isClientOver) return
    this.endClient()
    this.onFailed(error)
  }

  /** Nobody waits for the answer any more. The server learns of it when that has come up to it, and until then goes on. */
  giveUp(error: unknown): void {
    if (this.isClientOver) return
    this.line.carry('up', 'close', '1006', () => this.#loseServer())
    this.fail(error)
  }

  endClient(): void {
    this.isClientOver = true
    this.onClientOver()
    this.#settleLine()
  }

  /** The server has said all that it had to say. */
  endServer(): void {
    this.#isServerOver = true
    this.#settleLine()
  }

  #loseClient(): void {
    // A server that has not heard of it has no end.
    if (!this.#isReached) this.#isServerOver = true
    this.fail(new TypeError('the connection was lost'))
    this.#settleLine()
  }

  #loseServer(): void {
    this.gone.abort()
    this.endServer()
  }

  #settleLine(): void {
    if (this.isClientOver && this.#isServerOver) this.line.over()
  }
}

/** A stream's chunks travel one by one: they can be held and lost like frames. Who does not read stops the flow, as on a network. */
function carried(source: ReadableStream<Uint8Array>, exchange: Exchange): ReadableStream<Uint8Array> {
  const { line, gone } = exchange
  const reader = source.getReader()
  const decoder = new TextDecoder()
  let travelling = 0
  let readOn = (): void => {}
  gone.signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        exchange.onFailed = (error) => {
          controller.error(error)
          readOn()
        }
        const pump = async (): Promise<void> => {
          for (;;) {
            // What nobody reads any more is not held up: the server comes to its end, whether it has heard of that or not.
            while (!exchange.isClientOver && travelling >= (controller.desiredSize ?? 0))
              await new Promise<void>((resolve) => (readOn = resolve))
            const { done, value } = await reader.read()
            if (gone.signal.aborted) return
            if (done) break
            travelling++
            line.carry('down', 'chunk', decoder.decode(value, { stream: true }), (_text, again) => {
              // Counted once, also when the wire repeats it.
              if (!again) travelling--
              if (!exchange.isClientOver) controller.enqueue(value)
            })
          }
          line.carry('down', 'end', '', () => {
            if (exchange.isClientOver) return
            exchange.endClient()
            controller.close()
          })
          exchange.endServer()
        }
        pump().catch((error: unknown) => {
          line.carry('down', 'end', '', () => exchange.fail(error))
          exchange.endServer()
        })
      },
      pull: () => readOn(),
      cancel: () => exchange.giveUp(undefined),
    },
    { highWaterMark: WINDOW },
  )
}

/** As the platform's have it: the URL that was asked for, without its fragment. */
function withURL(response: Response, asked: string): Response {
  return Object.defineProperty(response, 'url', { value: asked.replace(/#.*$/s, ''), configurable: true })
}

/** Chunks that may be under way, or wait to be read. */
const WINDOW = 4
