// What a channel takes with it from one connection to the next: its session, its place in the stream, and what it has heard already.
import type { DataMessage, Welcome } from '@websockets.do/protocol'
import type { Parameters } from './http'

/** Something may be missing between two positions, `<epoch>:<seq>`; a server that knows only the seed tells none. */
export interface Gap {
  /** The last that is known to be complete. */
  readonly since: string | undefined
  /** From where on it is complete again. */
  readonly now: string | undefined
}

export interface Resumption {
  /** What to ask the next connection for. */
  parameters(): Parameters
  /** A connection has begun; gives what may have been missed. `again` repeats what the server may not have got. */
  begin(welcome: Welcome, again: (text: string) => void): Gap | undefined
  /** Whether it is heard for the first time; where not, and it was acknowledged, that is repeated. */
  isNew(message: DataMessage, again: (text: string) => void): boolean
  /** Its acknowledgement, as it was sent or is to be. */
  acknowledged(eventID: string, text: string): void
}

/** `since` is where to begin, when it is known from elsewhere. */
export function createResumption(since: string | undefined): Resumption {
  /** Of the last events by their ids: the acknowledgement, if there was one. Those before them are given up all at once. */
  let heard = new Map<string | undefined, string | undefined>()
  let heardBefore = heard
  let session = 'new'
  let attempt = 0
  let [epoch, seq]: readonly (number | string | undefined)[] = since?.split(':') ?? []
  let isFirst = !since

  const position = (): string | undefined => (epoch === undefined ? epoch : `${epoch}:${seq}`)
  const sent = (eventID: string | undefined): string | undefined => heard.get(eventID) ?? heardBefore.get(eventID)

  return {
    parameters: () => ({ session, attempt: ++attempt, since: position() }),
    begin(welcome, again) {
      const { recovered, awaiting } = welcome
      const before = position()
      session = welcome.session ?? session
      epoch = welcome.epoch
      seq = welcome.seq
      // A list, whatever a server says: to stumble here would be to stay half open.
      for (const eventID of [awaiting].flat()) {
        const text = sent(eventID)
        if (text) again(text)
      }
      const isGap = !isFirst && !recovered
      isFirst = false
      return isGap ? { since: before, now: position() } : undefined
    },
    isNew(message, again) {
      const { eventID } = message
      seq = message.seq
      if (heard.has(eventID) || heardBefore.has(eventID)) {
        const text = message.requires_ack && sent(eventID)
        if (text) again(text)
        return false
      }
      if (heard.size === MAX_HEARD) {
        heardBefore = heard
        heard = new Map()
      }
      heard.set(eventID, undefined)
      return true
    },
    acknowledged(eventID, text) {
      for (const events of [heard, heardBefore]) if (events.has(eventID)) events.set(eventID, text)
    },
  }
}

/** As many as a server retains of a channel: what is replayed or repeated is among them. */
const MAX_HEARD = 1_000
