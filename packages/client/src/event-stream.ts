// A socket for where no WebSocket can be opened: what comes is server-sent events, what goes is POSTed, in order [LI-3].
import type { ErrorMessage } from '@websockets.do/protocol'
import type { Fetch, WebSocketConstructor, WebSocketEvent, WebSocketLike } from './environment'
import { readEventStream } from './read-event-stream'

type Type = 'close' | 'error' | 'message'

/**
 * For the client's option `fallback`. It takes a `fetch` whose answers can be read as they arrive: browsers', Node's, Deno's,
 * Bun's and workerd's can, React Native's can't.
 */
export function eventStream(fetch: Fetch): WebSocketConstructor {
  return class implements WebSocketLike {
    readonly #url: string
    readonly #listeners: [Type, (event: WebSocketEvent) => void][] = []
    /** Nobody listens any more. */
    readonly #over = new AbortController()
    /** Nor is anything sent. */
    readonly #cut = new AbortController()
    #unsent: string[] = []
    #isSending = false
    /** It names the member to whoever takes the POSTs. */
    #session = ''

    constructor(url: string) {
      this.#url = url.replace(/^ws/, 'http')
      void this.#open()
    }

    addEventListener(type: Type, listener: (event: WebSocketEvent) => void): void {
      this.#listeners.push([type, listener])
    }

    send(text: string): void {
      this.#unsent.push(text)
      if (!this.#isSending) void this.#sendAll()
    }

    /** With 1000, the default, the member leaves, after what it has said; any other code lets go of all that is under way. */
    close(code = 1000): void {
      if (code === 1000 && this.#session) this.send(CLOSE)
      else this.#drop()
      this.#over.abort()
    }

    async #open(): Promise<void> {
      try {
        const response = await fetch(`${this.#url}&member=true`, {
          headers: { accept: 'text/event-stream' },
          cache: 'no-store',
          signal: this.#over.signal,
        })
        if (!response.ok || !response.body) return await this.#refused(response)
        await readEventStream(response.body, (data) => {
          this.#session ||= sessionIn(data)
          this.#tell({ type: 'message', data })
        })
        this.#end()
      } catch (error) {
        this.#end(String(error))
      }
    }

    /** One request at a time, or the server might get them in another order. */
    async #sendAll(): Promise<void> {
      this.#isSending = true
      try {
        while (this.#unsent.length > 0) {
          const batch = this.#take()
          const response = await fetch(this.#url.replace(/\/listen\?.*?(attempt=\d+).*/, '/send?$1'), {
            method: 'POST',
            headers: { session: this.#session },
            body: `[${batch.join(',')}]`,
            // A page that is being left says so still.
            keepalive: batch.includes(CLOSE),
            signal: this.#cut.signal,
          })
          if (!response.ok) return await this.#refused(response)
          // Read to its end, so that the connection can be used again.
          await response.text()
        }
      } catch (error) {
        this.#end(String(error))
      } finally {
        this.#isSending = false
      }
    }

    #take(): string[] {
      let units = 0
      const end = this.#unsent.findIndex(
        (text, at) => at === MAX_MESSAGES || ((units += text.length) > MAX_UNITS && at > 0),
      )
      return this.#unsent.splice(0, end < 0 ? MAX_MESSAGES : end)
    }

    /** As the close code that a WebSocket would have got; an answer that is not the server's says nothing. */
    async #refused(response: Response): Promise<void> {
      const { error } = (await response.json()) as { readonly error?: ErrorMessage['payload'] }
      if (!error?.code || error.code === 'SESSION_GONE') return this.#end()
      this.#tell({ type: 'message', data: JSON.stringify({ type: 'ERROR', payload: error }) })
      this.#end(error.code, response.status < 500 ? 4000 + response.status : 1013)
    }

    #end(reason = '', code = 1006): void {
      // Once it was closed, its last words still go out.
      if (this.#over.signal.aborted) return
      this.#tell({ type: 'close', code, reason })
      this.#over.abort()
      this.#drop()
    }

    #drop(): void {
      this.#unsent = []
      this.#cut.abort()
    }

    #tell(event: WebSocketEvent): void {
      if (this.#over.signal.aborted) return
      for (const [type, listener] of this.#listeners) if (type === event.type) listener(event)
    }
  }
}

/** Whoever is handed the frame complains of it if it is garbled. */
function sessionIn(frame: string): string {
  try {
    const { type, payload } = JSON.parse(frame)
    return (type === 'CONNECTED' && payload.session) || ''
  } catch {
    return ''
  }
}

const CLOSE = '{"type":"CLOSE","code":1000}'

/** What a server takes in one request. */
const MAX_MESSAGES = 100
const MAX_UNITS = 16 * 1024
