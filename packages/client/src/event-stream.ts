// A socket for where no WebSocket can be opened: what comes is server-sent events, what goes is POSTed, in order [LI-3].
import type { closeCode, ErrorMessage } from '@websockets.do/protocol'
import type { Clock, Fetch, WebSocketConstructor, WebSocketEvent, WebSocketLike } from './environment'
import { createPosts, type Posts } from './posts'
import { readEventStream } from './read-event-stream'
import { readRefusal, type Refusal } from './read-refusal'

type Type = 'close' | 'error' | 'message'

/** As much of a frame as is read here; whoever is handed it complains where it is garbled. */
interface Frame {
  readonly type?: unknown
  readonly payload?: {
    readonly session?: unknown
    readonly limits?: { readonly maxMessageBytes?: number }
    readonly code?: string
  }
}

/**
 * For the client's option `fallback`. It takes a `fetch` whose answers can be read as they arrive: browsers', Node's, Deno's,
 * Bun's and workerd's can, React Native's can't.
 */
export function eventStream(fetch: Fetch, clock: Clock): WebSocketConstructor {
  return class implements WebSocketLike {
    readonly #url: string
    readonly #listeners: [Type, (event: WebSocketEvent) => void][] = []
    readonly #stream = new AbortController()
    #posts: Posts | undefined
    /** Nobody is told anything any more. */
    #isClosed = false
    #giveUp: (() => void) | undefined
    /** Why the stream ended, where it was the last word. */
    #error: ErrorMessage['payload'] | undefined

    constructor(url: string) {
      this.#url = url.replace(/^ws/, 'http')
      void this.#open()
    }

    addEventListener(type: Type, listener: (event: WebSocketEvent) => void): void {
      this.#listeners.push([type, listener])
    }

    send(text: string): void {
      if (!this.#isClosed) this.#posts?.add(text)
    }

    /** With 1000, the default, the member leaves; any other code lets go of the stream alone. */
    close(code = 1000): void {
      if (this.#isClosed) return
      this.#isClosed = true
      if (code !== 1000) this.#stop()
      else if (this.#posts) this.#leave(this.#posts)
      // The server may have taken it in already: it leaves as soon as it knows by which session.
      else this.#giveUp = clock.after(LEAVE_WITHIN_MS, () => this.#stop())
    }

    async #open(): Promise<void> {
      const { signal } = this.#stream
      try {
        // Whoever made this has to listen to it first.
        await undefined
        if (this.#isClosed) return this.#stop()
        const response = await fetch(`${this.#url}&member=true`, {
          headers: { accept: 'text/event-stream' },
          cache: 'no-store',
          signal,
        })
        const type = response.headers.get('content-type') ?? ''
        if (!response.ok || !response.body || !type.startsWith('text/event-stream'))
          return this.#refused(await readRefusal(response))
        for await (const frame of readEventStream(response.body, signal)) this.#hear(frame)
        this.#end('', this.#error ? closeCodeOf(this.#error) : ABNORMAL)
      } catch (error) {
        if (this.#isClosed || !this.#posts) return this.#end(String(error), ABNORMAL)
        // A page that is left loses its stream just before it hears so, and then has something to say.
        this.#giveUp = clock.after(0, () => this.#end(String(error), ABNORMAL))
      }
    }

    #hear(data: string): void {
      // What it is matters twice: at first, and where it says why the stream ends.
      const { type, payload } = !this.#posts || /"ERROR"/i.test(data) ? parse(data) : {}
      if (type === 'CONNECTED' && typeof payload?.session === 'string') this.#connected(payload.session, payload.limits)
      if (!this.#isClosed) {
        this.#error = type === 'ERROR' ? (payload as ErrorMessage['payload']) : undefined
        this.#dispatch({ type: 'message', data })
      } else if (this.#posts) this.#leave(this.#posts)
    }

    #connected(session: string, limits: { readonly maxMessageBytes?: number } = {}): void {
      this.#posts ??= createPosts({
        ...limits,
        fetch,
        clock,
        session,
        // By which attempt: what this one says must not outdo what a later one has said [RS-6].
        url: this.#url.replace(/\/listen\?(?:.*?(attempt=\d+))?.*/, '/send?$1'),
        answer: (frame) => this.#tell(frame),
        fail: ({ reason, error }) => {
          // Where its place is gone, it gets another by the next connection: nobody has to hear of it.
          const isTold = error && error.code !== 'SESSION_GONE'
          if (isTold) this.#tell({ type: 'ERROR', payload: error })
          this.#end(reason, isTold ? closeCodeOf(error) : ABNORMAL)
        },
      })
    }

    #refused({ reason, error, status = 0 }: Refusal): void {
      // A browser or a proxy may have repeated the request by itself: the next attempt is newer than either.
      if (!error || error.code === 'REPLACED') return this.#end(reason, ABNORMAL)
      this.#tell({ type: 'ERROR', payload: error })
      this.#end(reason, closeCodeOf(error, status < 500 ? 4000 + status : TRY_AGAIN_LATER))
    }

    #end(reason: string, code: number): void {
      const isNews = !this.#isClosed
      // Before it is told: whoever hears of it closes this, and there is nobody left to say it to.
      this.#isClosed = true
      this.#stop()
      if (isNews) this.#dispatch({ type: 'close', code, reason })
    }

    #leave(posts: Posts): void {
      posts.leave()
      this.#stop()
    }

    #stop(): void {
      this.#giveUp?.()
      this.#posts?.stop()
      this.#stream.abort()
    }

    #tell(frame: object): void {
      if (!this.#isClosed) this.#dispatch({ type: 'message', data: JSON.stringify(frame) })
    }

    #dispatch(event: WebSocketEvent): void {
      for (const [type, listener] of this.#listeners) if (type === event.type) listener(event)
    }
  }
}

function parse(data: string): Frame {
  try {
    return (JSON.parse(data) as Frame | null) ?? {}
  } catch {
    return {}
  }
}

/** What a WebSocket would have been closed with. */
function closeCodeOf({ code = '' }: { readonly code?: string | undefined }, otherwise = ABNORMAL): number {
  return CLOSE_CODES.get(code) ?? otherwise
}

const TRY_AGAIN_LATER = 1013

/** The protocol's. Of that nothing is imported but types: it would be a file of its own, to be loaded by those that do without a fall-back too. */
const CLOSE_CODES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    BAD_MESSAGE: 4400,
    UNAUTHORIZED: 4401,
    FORBIDDEN: 4403,
    BAD_ORIGIN: 4403,
    PING_TIMEOUT: 4408,
    REPLACED: 4409,
    PAYLOAD_TOO_LARGE: 1009,
    SLOW_CONSUMER: 4413,
    RATE_LIMITED: 4429,
    INTERNAL: 1011,
    CHANNEL_FULL: TRY_AGAIN_LATER,
    DRAINING: 1012,
  } satisfies typeof closeCode),
)

const ABNORMAL = 1006

/** How long a server may take to say who one is to somebody who has gone already. */
const LEAVE_WITHIN_MS = 10_000
