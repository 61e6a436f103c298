// Streams of events for a tool that can only answer in one piece: each answer has what is there by then, and the next goes on from it.

/** What is answered in one piece. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

export interface PolledStreams {
  /** What `fetch` answers, or where the stream goes on that was opened in that frame at that address. `asker` is the tool's request. */
  answer(asker: object, frame: object | undefined, address: string, fetch: () => Promise<Response>): Promise<Answer>
  /** Whoever asked has given up: the stream ends. */
  gone(asker: object): void
  /** Ends all of them. */
  close(): void
}

interface Stream {
  readonly frame: object | undefined
  readonly address: string
  readonly response: Response
  readonly reader: ReadableStreamDefaultReader<string>
  /** Who waits for what comes next. */
  asker: object | undefined
  /** What was asked for, and was not there in time for an answer. */
  next: Promise<ReadableStreamReadResult<string>> | undefined
}

/**
 * An EventSource comes back by itself when its stream ended, and at once if it is told to; in between there is always a request that waits.
 * So one that has really ended is known by its request, and one that comes back by its frame and address: the tool shows no Last-Event-ID.
 */
export function polledStreams(): PolledStreams {
  const streams = new Set<Stream>()

  function end(stream: Stream): void {
    streams.delete(stream)
    stream.reader.cancel().catch(() => undefined)
  }

  return {
    async answer(asker, frame, address, fetch) {
      let stream = Array.from(streams).find((one) => !one.asker && one.frame === frame && one.address === address)
      if (!stream) {
        const response = await fetch()
        const type = response.headers.get('content-type') ?? ''
        if (!response.body || !type.startsWith('text/event-stream')) return answered(response, await response.text())
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
        stream = { frame, address, response, reader, asker, next: undefined }
        streams.add(stream)
      }
      stream.asker = asker
      const { text, isOver } = await read(stream)
      stream.asker = undefined
      if (isOver) end(stream)
      return answered(stream.response, `retry: ${RETRY_MS}\n\n${text}`)
    },
    gone(asker) {
      for (const stream of streams) if (stream.asker === asker) end(stream)
    },
    close() {
      streams.forEach(end)
    },
  }
}

/** Waits for something to come, and takes along what comes at once. */
async function read(stream: Stream): Promise<{ readonly text: string; readonly isOver: boolean }> {
  let text = ''
  for (;;) {
    stream.next ??= stream.reader.read().catch(() => BROKEN)
    const part = await (text ? Promise.race([stream.next, pause()]) : stream.next)
    if (!part) return { text, isOver: false }
    stream.next = undefined
    if (part.value === undefined) return { text, isOver: true }
    text += part.value
  }
}

function answered({ status, headers }: Response, body: string): Answer {
  return { status, headers: Object.fromEntries(headers), body }
}

/** Long enough for whatever is on its way through the queues of this process. */
function pause(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

const BROKEN = { done: true, value: undefined } as const
const RETRY_MS = 1
