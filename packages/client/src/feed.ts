// What has happened and not been read yet, read as an async iterable.

export interface Feed<T> {
  /** Gives how many are unread now. */
  push(value: T): number
  /** When all has been read, the reader comes to an end, or to the error; the first call counts. */
  end(error?: unknown): void
  read(): AsyncGenerator<T, void>
}

/** `left` is called when its reader has come to an end, or has left. */
export function createFeed<T>(left?: () => void): Feed<T> {
  const unread: T[] = []
  let over: { readonly error: unknown } | undefined
  let wake: (() => void) | undefined
  return {
    push(value) {
      wake?.()
      return unread.push(value)
    },
    end(error) {
      over ??= { error }
      wake?.()
    },
    async *read() {
      try {
        for (;;) {
          while (unread.length > 0) yield unread.shift() as T
          if (over?.error) throw over.error
          if (over) return
          await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        left?.()
      }
    },
  }
}
