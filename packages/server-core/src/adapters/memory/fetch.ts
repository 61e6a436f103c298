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
  // Whoever gives up is gone for the server too, and so is one whose connection is lost.
  const { signal } = asked
  const gone = new AbortController()
  const target = base.below(new URL(asked.url))
  const request = new Request(target === asked.url ? asked : new Request(target, asked), { signal: gone.signal })
  return await new Promise<Response>((resolve, reject) => {
    let lost: (error: unknown) => void = reject
    const end = (error: unknown): void => {
      lost(error)
      gone.abort(error)
      line.over()
    }
    const line = wire.connect({
      kind: 'http',
      url: asked.url,
      lose: (side) => (side === 'client' ? end(new TypeError('the connection was lost')) : gone.abort()),
    })
    const abort = (): void => end(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    const finish = (): void => {
      signal.removeEventListener('abort', abort)
      line.over()
    }
    const { pathname, search } = new URL(request.url)
    line.carry('up', 'request', `${request.method} ${pathname}${search}`, () => {
      if (gone.signal.aborted) return
      server.fetch(request).then((response) => {
        // Whoever is gone by then reads no stream: a body that somebody reads already is locked, and left to that one.
        const drop = (): void => void response.body?.cancel().catch(() => {})
        if (gone.signal.aborted) return drop()
        gone.signal.addEventListener('abort', drop, { once: true })
        line.carry('down', 'response', String(response.status), () => {
          if (gone.signal.aborted) return
          const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
          if (!isStream || !response.body) {
            resolve(response)
            return finish()
          }
          const body = carried(response.body, line, gone, finish)
          lost = body.fail
          resolve(new Response(body.stream, response))
        })
      }, end)
    })
  })
}

/** A stream's chunks travel one by one: they can be held and lost like frames. Who does not read stops the flow, as on a network. */
function carried(
  source: ReadableStream<Uint8Array>,
  line: Line,
  gone: AbortController,
  finish: () => void,
): { readonly stream: ReadableStream<Uint8Array>; readonly fail: (error: unknown) => void } {
  const reader = source.getReader()
  const decoder = new TextDecoder()
  /** The server's end is not read on; the client's has ended. */
  let left = false
  let over = false
  let travelling = 0
  let readOn = (): void => {}
  let fail: (error: unknown) => void = () => {}
  const leave = (): void => {
    left = true
    void reader.cancel().catch(() => {})
  }
  gone.signal.addEventListener('abort', leave)
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        fail = (error) => {
          if (over) return
          over = true
          leave()
          controller.error(error)
        }
        const pump = async (): Promise<void> => {
          for (;;) {
            while (travelling >= (controller.desiredSize ?? 0)) await new Promise<void>((resolve) => (readOn = resolve))
            const { done, value } = await reader.read()
            if (left || over) return
            if (done) break
            travelling++
            line.carry('down', 'chunk', decoder.decode(value, { stream: true }), () => {
              travelling--
              if (!over) controller.enqueue(value)
            })
          }
          line.carry('down', 'end', '', () => {
            if (over) return
            over = true
            finish()
            controller.close()
          })
        }
        pump().catch((error: unknown) => {
          fail(error)
          finish()
        })
      },
      pull: () => readOn(),
      cancel() {
        over = true
        leave()
        gone.abort()
        finish()
      },
    },
    { highWaterMark: WINDOW },
  )
  return { stream, fail }
}

/** Chunks that may be under way, or wait to be read. */
const WINDOW = 4
