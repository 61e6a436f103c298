// Server-sent events, read by hand from a response.

export interface SentEvent {
  readonly event: string
  readonly data: any
  readonly id: string | undefined
  /** Comment lines that stood before it, or alone. */
  readonly comment: string | undefined
}

export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  #text = ''

  constructor(response: Response) {
    if (!response.body) throw new Error('expected a response with a body')
    this.#reader = response.body.getReader()
  }

  /** The next event or comment; undefined once the stream is over. */
  async next(): Promise<SentEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return parse(block)
      }
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#text += this.#decoder.decode(value, { stream: true })
    }
  }

  /** All that comes until the stream is over. */
  async rest(): Promise<SentEvent[]> {
    const all: SentEvent[] = []
    for (let event = await this.next(); event; event = await this.next()) all.push(event)
    return all
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel()
  }
}

function parse(block: string): SentEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const data = fields.get('data')
  return {
    event: fields.get('event') ?? '',
    data: data === undefined ? undefined : JSON.parse(data),
    id: fields.get('id'),
    comment: fields.get(''),
  }
}
