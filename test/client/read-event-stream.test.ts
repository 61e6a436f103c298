import { array, assert, asyncProperty, boolean, constantFrom, nat, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEventStream } from '../../packages/client/src/read-event-stream'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function all(stream: ReadableStream<Uint8Array>, signal = new AbortController().signal): Promise<string[]> {
  const heard: string[] = []
  for await (const data of readEventStream(stream, signal)) heard.push(data)
  return heard
}

/** All that is read from a stream that brings these chunks and ends. */
async function read(chunks: readonly Uint8Array[]): Promise<string[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  return await all(stream)
}

/** Cut in two at each of these places, of which some lie beyond. */
function cut(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.filter((place) => place <= whole.length).toSorted((a, b) => a - b), whole.length]
  return at.slice(1).map((end, index) => whole.slice(at[index], end))
}

describe('a stream of events', () => {
  it.each([
    ['an event', 'data: a\n\n', ['a']],
    ['its name and its place beside it', 'event: DATA\nid: e:1\ndata: {"a":1}\nretry: 5\n\n', ['{"a":1}']],
    ['several lines of data', 'data: a\ndata: b\ndata:\ndata\n\n', ['a\nb\n\n']],
    ['comments, and pauses', ': hello\n\n:\n\n\n\ndata: a\n: in between\ndata: b\n\n', ['a\nb']],
    ['no blank before it, and more than one', 'data:a\n\ndata:  b \n\n', ['a', ' b ']],
    ['names that only begin so', 'database: a\ndata-x: b\n data: c\n\n', []],
    ['the end before an event’s own', 'data: a\n\ndata: b\n', ['a']],
    ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
    ['a separator that JSON allows', 'data: "\u2028"\n\n', ['"\u2028"']],
    ['nothing', '', []],
  ])('is read with %s [LI-2]', async (_, text, expected) => {
    for (const newline of ['\n', '\r\n', '\r'])
      expect(await read([bytes(text.replaceAll('\n', newline))])).toEqual(expected)
  })

  it('is read the same however it is cut, within a character and between CR and LF too [LI-2]', async () => {
    const line = string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ''))
    const event = tuple(array(line, { minLength: 1, maxLength: 3 }), boolean())
    const newline = constantFrom('\n', '\r\n', '\r')
    await assert(
      asyncProperty(
        array(event, { maxLength: 5 }),
        newline,
        array(nat(200), { maxLength: 30 }),
        async (events, end, places) => {
          const written = events.map(([lines, comment]) =>
            [...(comment ? [': still here'] : []), ...lines.map((text) => `data: ${text}`), '', ''].join(end),
          )
          const expected = events.map(([lines]) => lines.join('\n'))
          expect(await read(cut(bytes(written.join('')), places))).toEqual(expected)
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })

  it.each([
    ['a line', bytes('x'.repeat(2 ** 20))],
    ['an event', bytes(`data: ${'x'.repeat(2 ** 20)}\n`)],
  ])('is given up where %s never ends, and then is read no further [I11]', async (_, chunk) => {
    let pulled = 0
    let isCancelled = false
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(chunk)
      },
      cancel: () => void (isCancelled = true),
    })
    await expect(all(stream)).rejects.toThrow('too large')
    expect(pulled).toBeLessThan(20)
    expect(isCancelled).toBe(true)
  })

  it('that is no longer wanted is read no further, not even what came already [I11]', async () => {
    const over = new AbortController()
    let isCancelled = false
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes('data: a\n\ndata: b\n\n')),
      cancel: () => void (isCancelled = true),
    })
    const heard: string[] = []
    for await (const data of readEventStream(stream, over.signal)) {
      heard.push(data)
      over.abort()
    }
    expect([heard, isCancelled, stream.locked]).toEqual([['a'], true, true])
  })

  it('ends for whoever waits for it, also where the one who sends does not hear of it [I11]', async () => {
    const over = new AbortController()
    const heard = all(new ReadableStream(), over.signal)
    over.abort()
    expect(await heard).toEqual([])
  })

  it('breaks where it breaks', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new TypeError('network error')),
    })
    await expect(all(stream)).rejects.toThrow('network')
  })

  it('lets promises have their turn between two events that came at once', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes('data: a\n\ndata: b\n\n'))
        controller.close()
      },
    })
    const order: string[] = []
    for await (const data of readEventStream(stream, new AbortController().signal)) {
      order.push(data)
      void Promise.resolve().then(() => order.push(`after ${data}`))
    }
    expect(order).toEqual(['a', 'after a', 'b', 'after b'])
  })
})
