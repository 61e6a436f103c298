// Somebody who reads along by server-sent events, and comes back to where it was.
import { EventStream } from '../support/event-stream'
import { Reader } from './reader'
import { nth } from './nth'
import type { Observer, Stage } from './stage'

/** `after` chooses among those that are over; without it somebody new comes. */
export function observe(stage: Stage, index: number, room: number, after: number | undefined): void {
  const { observers, log, machines } = stage
  const over = observers.filter((one) => isOver(one) && !observers.some((other) => other.after === one))
  const before = after === undefined ? undefined : nth(over, after)
  const channel = before?.channel ?? stage.channel(room)
  const reader = new Reader(`observer ${observers.length + 1} of ${channel}`, false, log.report, log.recurring, true)
  const gaveUp = new AbortController()
  const device = index % machines.length
  const observer: Observer = {
    channel,
    reader,
    device,
    after: before,
    stream: undefined,
    read: 0,
    closed: false,
    isDeaf: false,
    gaveUp,
  }
  observers.push(observer)
  const { fetch, url } = stage.machine(index).device
  const position = before?.stream?.events.findLast(({ id }) => id !== undefined)?.id
  const headers = { accept: 'text/event-stream', ...(position !== undefined && { 'last-event-id': position }) }
  fetch(`${url}/${channel}/listen?token=secret`, { headers, signal: gaveUp.signal }).then(
    async (response) => {
      if (response.status !== 200) observer.closed = true
      else observer.stream = new EventStream(response)
      if (observer.closed && observer.stream) await observer.stream.close()
    },
    () => void (observer.closed = true),
  )
}

export function unobserve(observer: Observer | undefined): void {
  if (!observer || observer.closed) return
  observer.closed = true
  void observer.stream?.close()
}

// One that has read nothing has no place to go back to.
function isOver({ closed, stream }: Observer): boolean {
  return (closed || stream?.ended !== undefined) && (stream?.events.some(({ id }) => id !== undefined) ?? false)
}
