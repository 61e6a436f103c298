// Server-sent events as they arrive: the data of each, whatever it is called [LI-2].

/** Resolves at the end of the stream; rejects where it breaks, or where an event grows beyond 16 Mi characters. */
export async function readEventStream(
  stream: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
): Promise<void> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let line = ''
  let data: string[] = []

  function read(complete: string): void {
    if (complete.startsWith('data:')) data.push(complete.slice(5).trim())
    if (complete !== '' || data.length === 0) return
    const text = data.join('\n')
    data = []
    onData(text)
  }

  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    // Only what is new is searched: a long line comes in many parts.
    const [first = '', ...others] = decoder.decode(value, { stream: true }).split('\n')
    line += first
    if (line.length > MAX_LINE) throw new RangeError('too large')
    for (const next of others) {
      read(line.replace(/\r$/, ''))
      line = next
    }
  }
}

const MAX_LINE = 2 ** 24
