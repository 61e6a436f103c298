// One listener's frames in order: what must be true of each as it comes, and the members as they have been told so far.
import type { Report } from './log'

/** A frame, loosely typed: it may be wrong. */
export type Frame = any

export class Reader {
  readonly name: string
  readonly frames: Frame[] = []
  /** By client id, the presence as JSON; oneself included, where one is a member. */
  readonly members = new Map<string, string>()
  /** The DATA frames, by their place and event id. */
  readonly data = new Map<string, Frame>()
  clientID = ''
  epoch = ''
  /** The position that CONNECTED gave: what is public and later must come. */
  position = Infinity
  /** What CONNECTED said of a position that was asked for. */
  recovered: boolean | undefined
  resumed = false
  /** Events that CONNECTED named as not acknowledged yet. */
  awaiting: readonly string[] = []
  readonly #isMember: boolean
  readonly #mayRepeat: boolean
  readonly #report: Report
  readonly #recurring: ReadonlySet<string>
  readonly #eventIDs = new Set<string>()
  readonly #gone = new Set<string>()
  #seq = 0
  #last = ''

  /**
   * `recurring`: events that may come again, since they may have been forgotten when they were repeated. `mayRepeat`: a network
   * is between, which may repeat a frame.
   */
  constructor(
    name: string,
    isMember: boolean,
    report: Report,
    recurring: ReadonlySet<string> = new Set(),
    mayRepeat = false,
  ) {
    this.name = name
    this.#mayRepeat = mayRepeat
    this.#isMember = isMember
    this.#report = report
    this.#recurring = recurring
  }

  get isWelcome(): boolean {
    return this.epoch !== ''
  }

  /** False for what the network has repeated: no two frames of a connection have the same id. */
  take(frame: Frame): boolean {
    const { type, payload, clientID, latency } = frame
    const isFirst = this.frames.push(frame) === 1
    if (type === 'PONG') return true
    const id = `${type} ${frame.eventID} ${frame.seq}`
    if (this.#mayRepeat && id === this.#last) return false
    this.#last = id
    if (isFirst) this.clientID = clientID
    this.#must(clientID === this.clientID, 'I7', `${type} names ${clientID} as its recipient`)
    this.#must(Number.isInteger(latency) && latency >= 0, 'I17', `${type} says latency ${latency}`)
    if (!isFirst || type !== 'ERROR')
      this.#must(isFirst === (type === 'CONNECTED'), 'I8', `${type} is not in its place`)
    if (type === 'CONNECTED') this.#welcome(payload)
    if (type === 'DATA') this.#deliver(frame)
    if (type === 'PRESENCE:JOINED') this.#joined(payload)
    if (type === 'PRESENCE:UPDATED') {
      const isKnown = this.members.has(payload.clientID)
      this.#must(isKnown, 'I7', `UPDATED of ${payload.clientID}, who is not there`)
      this.members.set(payload.clientID, JSON.stringify(payload.presence))
    }
    if (type === 'PRESENCE:LEFT') {
      this.#must(this.members.delete(payload.clientID), 'I7', `LEFT of ${payload.clientID}, who is not there`)
      this.#gone.add(payload.clientID)
    }
    return true
  }

  #welcome({ members, presence, epoch, seq, recovered, resumed = false, awaiting = [] }: Frame): void {
    this.epoch = epoch
    this.recovered = recovered
    this.resumed = resumed
    this.awaiting = awaiting
    this.position = this.#seq = seq
    for (const { clientID, presence: other } of members) {
      this.#must(!this.members.has(clientID) && clientID !== this.clientID, 'I7', `${clientID} is in CONNECTED twice`)
      this.members.set(clientID, JSON.stringify(other))
    }
    if (this.#isMember) this.members.set(this.clientID, JSON.stringify(presence))
  }

  #joined({ clientID, presence }: Frame): void {
    this.#must(!this.members.has(clientID), 'I7', `JOINED of ${clientID}, who is there already`)
    this.#must(!this.#gone.has(clientID), 'I7', `JOINED of ${clientID} after its LEFT`)
    this.members.set(clientID, JSON.stringify(presence))
  }

  #deliver(frame: Frame): void {
    const { eventID, seq, from } = frame
    const isAgain = this.#eventIDs.has(eventID) && !this.#recurring.has(eventID)
    this.#must(!isAgain, 'I3', `${eventID} comes twice`)
    this.#eventIDs.add(eventID)
    this.#must(seq > this.#seq, 'I2', `${eventID} has seq ${seq} after ${this.#seq}`)
    this.#must(!this.#gone.has(from), 'I7', `${eventID} is from ${from}, who has left`)
    this.#seq = Math.max(this.#seq, seq)
    this.data.set(placeOf(frame), frame)
  }

  #must(holds: boolean, invariant: string, text: string): void {
    if (!holds) this.#report(invariant, `${this.name}: ${text}`)
  }
}

/** What tells an event from all others of an epoch. */
export function placeOf({ seq, eventID }: Frame): string {
  return `${seq} ${eventID}`
}
