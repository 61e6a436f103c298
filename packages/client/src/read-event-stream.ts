// Server-sent events as they arrive: the data of each, whatever it is called [LI-2].

/**
 * Ends with the stream, or once `signal` is aborted; throws where the stream breaks, or where an event grows beyond 16 Mi characters.
 * Between two events promises get their turn, as they do between two messages of a WebSocket, also where both came at once.
 */
export async function* readEventStream(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const reader = stream.getReader()
  // Nobody reads on; what breaks by then is nobody's concern.
  const cancel = (): void => void reader.cancel().catch(() => undefined)
  const decoder = new TextDecoder()
  let line = ''
  let data: string[] = []
  let size = 0
  let isAfterCR = false

  signal.addEventListener('abort', cancel)
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read()
      if (done) return
      let text = decoder.decode(value, { stream: true })
      if (text === '') continue
      // A CR and an LF are one end of a line, also where they came apart.
      if (isAfterCR && text.startsWith('\n')) text = text.slice(1)
      isAfterCR = text === '' ? false : text.endsWith('\r')
      // Only what is new is searched: a long line comes in many parts.
      const [first = '', ...others] = text.split(/\r\n|\r|\n/)
      line += first
      for (const next of others) {
        if (line === '') {
          if (data.length > 0) yield data.join('\n')
          if (signal.aborted) return
          data = []
          size = 0
        }
        const [, content] = /^data(?:: ?|$)(.*)$/su.exec(line) ?? []
        if (content !== undefined) data.push(content)
        size += line.length
        line = next
      }
      if (size + line.length > MAX_EVENT) throw new RangeError('too large')
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}

const MAX_EVENT = 2 ** 24
