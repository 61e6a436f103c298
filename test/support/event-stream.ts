// Reads a response body of server-sent events, as a browser's EventSource would, and keeps everything it saw.
import type { World } from './world'

export interface StreamedEvent {
  readonly event: string
  /** The JSON of its `data`, loosely typed: tests look into it by hand. */
  readonly data: any
  readonly id?: string
  readonly retry?: string
}

export interface ObserveOptions {
  readonly query?: string
  readonly headers?: Record<string, string>
}

/** Listens to a channel over server-sent events. Settles. */
export async function observe(
  world: World,
  channel: string,
  { query = '', headers = {} }: ObserveOptions = {},
): Promise<EventStream> {
  const path = `${world.url}/${encodeURIComponent(channel)}/listen${query}`
  const response = await world.fetch(path, { headers: { accept: 'text/event-stream', ...headers } })
  const stream = new EventStream(response)
  await world.settled()
  return stream
}

export class EventStream {
  readonly response: Response
  readonly events: StreamedEvent[] = []
  readonly comments: string[] = []
  /** How the body ended, once it has. */
  ended: 'closed' | 'failed' | undefined
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>

  constructor(response: Response) {
    this.response = response
    if (!response.body) throw new Error('expected a response with a body')
    this.#reader = response.body.getReader()
    void this.#read()
  }

  get clientID(): string {
    return this.of('CONNECTED')[0]?.data.clientID ?? ''
  }

  of(type: string): StreamedEvent[] {
    return this.events.filter(({ event }) => event === type)
  }

  types(): string[] {
    return this.events.map(({ event }) => event)
  }

  /** The payloads of all DATA, in order. */
  get data(): unknown[] {
    return this.of('DATA').map(({ data }) => data.payload)
  }

  /** Stops listening, as a page does that is closed. */
  async close(): Promise<void> {
    // It rejects where the server has cut the stream off already.
    await this.#reader.cancel().catch(() => void (this.ended = 'failed'))
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    try {
      for (;;) {
        const { done, value } = await this.#reader.read()
        if (done) break
        const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) this.#take(block.split('\n'))
      }
      this.ended = 'closed'
    } catch {
      this.ended = 'failed'
    }
  }

  #take(lines: readonly string[]): void {
    const fields = new Map<string, string>()
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
      if (name === '') this.comments.push(value)
      else fields.set(name, value)
    }
    const data = fields.get('data')
    if (data === undefined) return
    const id = fields.get('id')
    const retry = fields.get('retry')
    this.events.push({
      event: fields.get('event') ?? 'message',
      data: JSON.parse(data) as unknown,
      ...(id !== undefined && { id }),
      ...(retry !== undefined && { retry }),
    })
  }
}
