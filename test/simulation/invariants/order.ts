// I1, I2: what one publisher says is read in its order, and all read one order.
import { keyOf } from '../payload'
import type { Reader } from '../reader'
import type { Stage } from '../stage'

export function checkOrder({ log, observers }: Stage): void {
  const readers = [...log.listeners.map(({ out }) => out), ...observers.map(({ reader }) => reader)]
  checkOneOrder(readers, log.report)
  const emitted = new Map<string, readonly string[]>()
  for (const [clientID, { listeners }] of log.members) {
    const came = listeners.flatMap((listener) => listener.came).toSorted((one, other) => one.order - other.order)
    emitted.set(
      clientID,
      came.flatMap(({ frame }) => (frame?.type === 'EMIT' ? [keyOf(frame.payload)] : [])),
    )
  }
  for (const reader of readers) {
    for (const [from, all] of keysByPublisher(reader)) {
      // What the program asked for twice may have been refused the first time.
      const keys = from === 'program' ? all.filter((key) => log.published.get(key)?.attempts === 1) : all
      const wanted = from === 'program' ? keys.toSorted(byNumber) : (emitted.get(from) ?? [])
      if (!isSubsequence(keys, wanted)) log.report('I1', `${reader.name} reads ${from} as ${keys}, who said ${wanted}`)
    }
  }
}

// One seq of an epoch is one event, for everyone.
function checkOneOrder(readers: readonly Reader[], report: (id: string, text: string) => void): void {
  const events = new Map<string, string>()
  for (const { name, epoch, data } of readers) {
    for (const { seq, eventID } of data.values()) {
      const place = `${epoch}:${seq}`
      const known = events.get(place)
      if (known === undefined) events.set(place, eventID)
      else if (known !== eventID) report('I2', `${name} reads ${eventID} at ${place}, others ${known}`)
    }
  }
}

function keysByPublisher({ data }: Reader): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { from, payload } of data.values()) {
    const key = keyOf(payload)
    const publisher = from ?? (key.startsWith('program#') ? 'program' : undefined)
    if (publisher === undefined) continue
    const keys = found.get(publisher)
    if (keys) keys.push(key)
    else found.set(publisher, [key])
  }
  return found
}

function byNumber(one: string, other: string): number {
  return Number(one.split('#')[1]) - Number(other.split('#')[1])
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const value of whole) if (value === part[at]) at++
  return at === part.length
}
