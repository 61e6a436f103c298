// The platform's own queue, read as an async iterable; it may be made to end while nobody reads.

export type Feed<T> = Pick<ReadableStreamDefaultController<T>, 'close' | 'desiredSize' | 'enqueue' | 'error'>

/** `open` is given where to put values, and answers how to stop that once the reader has left. */
export function iterate<T>(open: (feed: Feed<T>) => () => void, maxUnread = Infinity): AsyncIterableIterator<T> {
  let leave: () => void
  const source = {
    start: (feed: Feed<T>) => {
      leave = open(feed)
    },
    cancel: () => leave(),
  }
  const reader = new ReadableStream<T>(source, { highWaterMark: maxUnread }).getReader()
  const next = (): Promise<IteratorResult<T>> => reader.read() as Promise<IteratorResult<T>>
  return {
    next,
    return: () => reader.cancel().then(next),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Runs when `signal` aborts; the result forgets it. */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  signal?.addEventListener('abort', run)
  return () => signal?.removeEventListener('abort', run)
}
