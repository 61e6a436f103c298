// A channel's events as an async iterable: from the first call on, bounded, until somebody has had enough.
import type { Status } from './connection'
import { WebSocketsError } from './error'
import type { ChannelEvent } from './event'
import { createFeed } from './feed'

type Listen = (kind: string, handler: (event: never) => unknown) => () => void

/** `isOver`: the channel is closed already. */
export function readEvents(
  listen: Listen,
  isOver: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChannelEvent, void> {
  const stop = (): void => {
    for (const forget of heard) forget()
    signal?.removeEventListener('abort', stop)
    feed.end()
  }
  const feed = createFeed<ChannelEvent>(stop)
  const heard = [
    listen('status', ({ state }: Status) => state === 'closed' && stop()),
    listen('event', (event: ChannelEvent) => {
      if (feed.push(event) <= MAX_UNREAD) return
      feed.end(new WebSocketsError('SLOW_CONSUMER', 'too many unread'))
      stop()
    }),
  ]
  signal?.addEventListener('abort', stop)
  if (signal?.aborted || isOver) stop()
  return feed.read()
}

const MAX_UNREAD = 1_000
