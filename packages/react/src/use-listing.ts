// The list of a channel's newest events: heard while mounted, read from the history when it opens and where events may be missing.
import type { Channel, WebSocketsError } from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import { useEffect, useReducer } from 'react'
import type { Name } from './entry'
import { change, type Change, empty, listed, type ListedEvent, type Listing } from './listing'
import { useRegistry } from './provider'
import { readEntries, readHistory } from './read-history'

export interface UseEventsOptions<Type extends string = string> {
  /** How many events to keep, the newest. Default 100. */
  readonly limit?: number | undefined
  /** Those of one name alone. Default: all that are published. */
  readonly type?: Type | undefined
  /** False: only what is heard from now on. Default true, which takes the server's permission. */
  readonly history?: boolean | undefined
  /** False: as if the name were null. Default true. */
  readonly enabled?: boolean | undefined
}

/** What there is of the history: while it is not there, or can't be had, what is heard is listed all the same. */
export type EventsState =
  | { readonly status: 'loading' | 'ready'; readonly error?: undefined }
  | { readonly status: 'failed'; readonly error: WebSocketsError }

export function useListing(
  name: Name,
  { limit = 100, type, history = true, enabled = true }: UseEventsOptions = {},
  contract?: Contract,
): readonly [events: readonly ListedEvent[], state: EventsState] {
  const target = enabled ? name : null
  const { entry, entries } = useRegistry()
  const of = JSON.stringify([target, type])
  const begin = (): Listing => {
    const events = readEntries(entries.get(target)?.history, type, contract).slice(-limit)
    return { ...empty(of), events }
  }
  const [state, dispatch] = useReducer(change, undefined, begin)
  useEffect(() => {
    const { hold, wanted, history: entriesRendered } = entry(target)
    const rendered = readEntries(entriesRendered, type, contract).slice(-limit)
    let isOver = false
    let isLoaded = false
    const tell = (what: Change): void => {
      if (!isOver) dispatch({ ...what, of, limit })
    }
    const load = (channel: Channel): void => {
      isLoaded = true
      tell({ type: 'begun', status: 'loading', rendered })
      readHistory(channel, limit, type, contract ?? wanted().contract).then(
        (events) => tell({ type: 'loaded', events }),
        (error: WebSocketsError) => {
          // The next connection may have more luck.
          isLoaded = false
          tell({ type: 'failed', error })
        },
      )
    }
    const release = hold((channel) => {
      if (!channel) return undefined
      isLoaded = !history
      // To what a server rendered nothing is missing as long as nothing was heard since: it goes on from there.
      if (entriesRendered && !channel.self) isLoaded = true
      if (isLoaded) tell({ type: 'begun', status: 'ready', rendered })
      else if (channel.self) load(channel)
      const offs = [
        channel.on(type ?? 'event', (event) => tell({ type: 'heard', event: listed(event) })),
        channel.on('gap', () => history && load(channel)),
        channel.on('status', (status) => status.state === 'open' && !isLoaded && load(channel)),
      ]
      return () => {
        for (const off of offs) off()
      }
    })
    return () => {
      isOver = true
      release()
    }
  }, [entry, target, type, limit, history, contract, of])
  const { events, ...rest } = state.of === of ? state : begin()
  return [events, rest as EventsState]
}
