// What a member without a WebSocket says: messages in batches, POSTed one after the other, or the server might get them in another order [LI-3].
import type { ErrorMessage, JsonObject } from '@websockets.do/protocol'
import type { Clock, Fetch } from './environment'
import { onPageLeft } from './page-left'
import { readRefusal, type Refusal } from './read-refusal'

export interface Posts {
  add(text: string): void
  /** Says goodbye after what was added before, and is over. */
  leave(): void
  /** Over, without a word: what was not said is not said any more. Who leaves already is not kept from it. */
  stop(): void
}

export interface PostsOptions {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly url: string
  /** It names the member to whoever takes the POSTs. */
  readonly session: string
  /** Of a single message, as the server told. */
  readonly maxMessageBytes?: number
  /** What a WebSocket would have been told of a message that the server can't take. */
  answer(frame: JsonObject): void
  /** Whether it was taken is not known, or it was not: nothing is sent any more. */
  fail(refusal: Refusal): void
}

export function createPosts({
  fetch,
  clock,
  url,
  session,
  maxMessageBytes = 64 * 1024,
  answer,
  fail,
}: PostsOptions): Posts {
  const maxBytes = Math.min(MESSAGES_BYTES * maxMessageBytes, KEEPALIVE_BYTES)
  let unsent: string[] = []
  let isSending = false
  let isLeaving = false
  let isOver = false
  /** So many go one by one, since together they were refused. */
  let alone = 0
  let current: AbortController | undefined
  // Nothing that would run afterwards is sent.
  const forgetPage = onPageLeft(() => void post([closing(1001)]))

  function take(): string[] {
    if (alone > 0) {
      alone--
      return unsent.splice(0, 1)
    }
    let bytes = 1
    const end = unsent.findIndex(
      (text, at) => at === MAX_MESSAGES || ((bytes += encoder.encode(text).length + 1) > maxBytes && at > 0),
    )
    return unsent.splice(0, end < 0 ? unsent.length : end)
  }

  async function sendAll(): Promise<void> {
    isSending = true
    while (unsent.length > 0) {
      const batch = take()
      const refusal = await post(batch)
      if (refusal) refused(batch, refusal)
    }
    isSending = false
  }

  async function post(batch: readonly string[]): Promise<Refusal | undefined> {
    const own = (current = new AbortController())
    const inTime = clock.after(ANSWER_WITHIN_MS, () => own.abort())
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { session },
        body: `[${batch.join(',')}]`,
        // A page that is being left says so still.
        keepalive: batch.some((text) => text.startsWith(CLOSE)),
        signal: own.signal,
      })
      // Any other success is not the server's: a page to log in at, for one.
      if (response.status !== 202) return await readRefusal(response)
      // Read to its end, so that the connection can be used again.
      await response.text()
      return undefined
    } catch (error) {
      return { reason: String(error) }
    } finally {
      inTime()
    }
  }

  function refused(batch: readonly string[], refusal: Refusal): void {
    const { error } = refusal
    if (isOver) return
    if (isLeaving) {
      // Of all that it had to say, this is what others wait for.
      unsent = batch.length > 1 || batch[0] !== closing(1000) ? [closing(1000)] : []
    } else if (!error || !UNREADABLE.has(error.code)) {
      stop()
      fail(refusal)
    } else if (batch.length > 1) {
      // Nothing of it was done: whatever is wrong with one of them is not the others' fault.
      alone = batch.length
      unsent.unshift(...batch)
    } else answer(answerTo(batch[0] as string, error))
  }

  function stop(): void {
    if (isLeaving) return
    isOver = true
    forgetPage()
    unsent = []
    current?.abort()
  }

  function add(text: string): void {
    unsent.push(text)
    if (!isSending) void sendAll()
  }

  return {
    add,
    stop,
    leave() {
      forgetPage()
      isLeaving = true
      add(closing(1000))
    },
  }
}

function answerTo(text: string, error: ErrorMessage['payload']): JsonObject {
  const { type, ref } = JSON.parse(text) as { type: string; ref?: string }
  return type === 'EMIT'
    ? { type: 'EMITTED', payload: { success: false, error: { ...error }, ...(ref && { ref }) } }
    : { type: 'ERROR', payload: { ...error } }
}

const CLOSE = '{"type":"CLOSE"'

function closing(code: number): string {
  return `${CLOSE},"code":${code}}`
}

/** What is wrong with the messages themselves. */
const UNREADABLE: ReadonlySet<string> = new Set(['BAD_PAYLOAD', 'PAYLOAD_TOO_LARGE'])

/** What a server takes in one request: so many messages, and the bytes of so many of the largest. */
const MAX_MESSAGES = 100
const MESSAGES_BYTES = 16

/** A page that is being left may send 64 KiB, all of its requests together. */
const KEEPALIVE_BYTES = 32 * 1024

/** For as long a server waits for the body of a request. */
const ANSWER_WITHIN_MS = 15_000

const encoder = new TextEncoder()
