// A fetch that does what a test says, request by request: for servers, proxies and networks that the real one is not.
import type { Fetch } from '@websockets.do/client'

export class ScriptedRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly keepalive: boolean
  readonly body: string
  isAborted = false
  #answer: ((response: Response) => void) | undefined
  #fail: ((error: unknown) => void) | undefined
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Nobody reads it any more. */
  isCancelled = false

  constructor(url: string, { method = 'GET', headers, keepalive = false, body, signal }: RequestInit) {
    this.url = new URL(url)
    this.method = method
    this.headers = new Headers(headers)
    this.keepalive = keepalive
    this.body = String(body ?? '')
    signal?.addEventListener('abort', () => {
      this.isAborted = true
      this.#fail?.(signal.reason)
    })
  }

  /** What it POSTs. */
  get messages(): any[] {
    return JSON.parse(this.body) as any[]
  }

  answered(): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve
      this.#fail = reject
    })
  }

  respond(body: BodyInit | null, init: ResponseInit = {}): void {
    this.#answer?.(new Response(body, init))
  }

  /** In the shape of the server's own answers. */
  json(status: number, body: object, headers: Record<string, string> = {}): void {
    this.respond(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
  }

  refuse(status: number, code: string, error: object = {}): void {
    this.json(status, { success: false, error: { code, message: 'no', ...error } })
  }

  /** A proxy's page. */
  html(status: number, headers: Record<string, string> = {}): void {
    this.respond('<!doctype html>data: no', { status, headers: { 'content-type': 'text/html', ...headers } })
  }

  accept(): void {
    this.json(202, { success: true })
  }

  /** The network is gone. */
  fail(error: unknown = new TypeError('Failed to fetch')): void {
    this.#fail?.(error)
  }

  /** Answers with a stream that stays open. */
  open(): void {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#stream = controller),
      cancel: () => void (this.isCancelled = true),
    })
    this.respond(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
  }

  write(text: string): void {
    this.#stream?.enqueue(new TextEncoder().encode(text))
  }

  event(frame: object): void {
    this.write(`data: ${JSON.stringify(frame)}\n\n`)
  }

  end(): void {
    this.#stream?.close()
  }

  break(): void {
    this.#stream?.error(new TypeError('network error'))
  }
}

export function scriptedFetch(): { readonly fetch: Fetch; readonly requests: ScriptedRequest[] } {
  const requests: ScriptedRequest[] = []
  return {
    requests,
    async fetch(input, init = {}) {
      const request = new ScriptedRequest(String(input), init)
      requests.push(request)
      return await request.answered()
    },
  }
}
