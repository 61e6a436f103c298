// The retained events of all channels, oldest first: one bound on bytes for the process, one on age [RS-1, LM-1].

/** A link of the list; whoever retains events embeds it. */
export interface Retained {
  readonly bytes: number
  /** Monotonic ms. */
  readonly at: number
  /** Whose oldest it is when the process's bound or the age drops it; `dropOldest` must call `remove`. */
  readonly owner: { dropOldest(): void }
  newer: Retained | undefined
  older: Retained | undefined
}

export class Retention {
  readonly #maxBytes: number
  #oldest: Retained | undefined
  #newest: Retained | undefined
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes that all channels together retain. */
  get bytes(): number {
    return this.#bytes
  }

  /** Monotonic ms; undefined when nothing is retained. */
  get newestAt(): number | undefined {
    return this.#newest?.at
  }

  add(entry: Retained): void {
    entry.older = this.#newest
    if (this.#newest) this.#newest.newer = entry
    else this.#oldest = entry
    this.#newest = entry
    this.#bytes += entry.bytes
    this.#trim()
  }

  remove(entry: Retained): void {
    if (entry.older) entry.older.newer = entry.newer
    else this.#oldest = entry.newer
    if (entry.newer) entry.newer.older = entry.older
    else this.#newest = entry.older
    entry.newer = undefined
    entry.older = undefined
    this.#bytes -= entry.bytes
  }

  /** Drops what is older than `before` (monotonic ms). */
  expire(before: number): void {
    while (this.#oldest && this.#oldest.at < before) this.#oldest.owner.dropOldest()
  }

  /** An entry that is in the list has become larger. */
  grow(bytes: number): void {
    this.#bytes += bytes
    this.#trim()
  }

  #trim(): void {
    while (this.#oldest && this.#bytes > this.#maxBytes) this.#oldest.owner.dropOldest()
  }
}
