// A listener over server-sent events, read by hand.
import { ConformanceError } from './errors'
import type { Waiting } from './waiting'

export interface SentEvent {
  readonly event: string
  /** Parsed; undefined for a comment. */
  readonly data: unknown
  readonly id: string | undefined
  readonly comment: boolean
}

export class Observer {
  readonly response: Response
  /** Every event and comment that arrived, in order. */
  readonly events: SentEvent[] = []
  over = false
  readonly #waiting: Waiting
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(response: Response, waiting: Waiting) {
    this.response = response
    this.#waiting = waiting
    this.#reader = response.body?.getReader()
    void this.#read()
  }

  of(type: string): SentEvent[] {
    return this.events.filter(({ event }) => event === type)
  }

  async nth(n: number, type: string): Promise<SentEvent> {
    const what = `the server-sent event ${type} number ${n}`
    return await this.#waiting.until(what, () => this.of(type)[n - 1] ?? this.#unlessOver(what))
  }

  async comment(withinMs?: number): Promise<SentEvent> {
    const found = () => this.events.find(({ comment }) => comment) ?? this.#unlessOver('a comment')
    return await this.#waiting.until('a comment in the stream', found, withinMs)
  }

  /** Stops to read, as whoever is not interested any more. */
  async cancel(): Promise<void> {
    await this.#reader?.cancel().catch(() => {})
  }

  async ended(): Promise<void> {
    await this.#waiting.until('the stream to end', () => this.over || undefined)
  }

  #unlessOver(what: string): undefined {
    if (this.over) throw new ConformanceError(`expected ${what}, but the stream ended`)
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    const reader = this.#reader
    let text = ''
    try {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        text += decoder.decode(part.value, { stream: true })
        const blocks = text.split(/\r?\n\r?\n/)
        text = blocks.pop() ?? ''
        for (const block of blocks) this.events.push(parse(block))
        this.#waiting.changed()
      }
    } catch {
      // It was cut, by us most often: that it is over is noted.
    }
    this.over = true
    this.#waiting.changed()
  }
}

function parse(block: string): SentEvent {
  const fields = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    const known = fields.get(name)
    fields.set(name, name === 'data' && known !== undefined ? `${known}\n${value}` : value)
  }
  const data = fields.get('data')
  return {
    event: fields.get('event') ?? '',
    data: data === undefined ? undefined : parsed(data),
    id: fields.get('id'),
    comment: data === undefined && fields.has(''),
  }
}

// What is no JSON stays text, and fails where a message is looked for.
function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
