// A channel's stream of events: their order, their idempotency, those that are awaited and those that are retained.
import { type EmitResult, type JsonObject, utf8Bytes } from '@websockets.do/protocol'
import { Awaited } from './awaited'
import { refused } from './frames'
import { History } from './history'
import type { Member } from './member'
import type { Publication, PublishedEvent } from './published-event'
import type { SavedChannel, SavedEvent } from './saved'
import type { Settings } from './settings'
import type { Turns } from './turns'

type Done = (result: EmitResult) => void

export interface StreamOptions {
  readonly channel: string
  readonly settings: Settings
  readonly turns: Turns
  /** What an earlier process had of it. */
  readonly saved: SavedChannel | undefined
}

export class Stream {
  readonly epoch: string
  readonly history: History
  readonly #channel: string
  readonly #settings: Settings
  readonly #turns: Turns
  /** By event id and by idempotency key: every event that is awaited or retained. */
  readonly #events = new Map<string, PublishedEvent>()
  readonly #awaited = new Set<PublishedEvent>()
  #seq: number

  constructor({ channel, settings, turns, saved }: StreamOptions) {
    this.#channel = channel
    this.#settings = settings
    this.#turns = turns
    this.epoch = saved?.epoch ?? settings.ids.epoch()
    this.#seq = saved?.seq ?? 0
    const dropped = (event: PublishedEvent) => {
      this.#forgetIfOver(event)
      settings.journal?.dropped(channel, event.seq)
    }
    this.history = new History(settings.history, settings.retention, dropped, saved?.floor)
    if (!saved) settings.journal?.opened(channel, this.epoch)
  }

  /** The position of the newest event, 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  get awaitedCount(): number {
    return this.#awaited.size
  }

  /** Answers a publication that repeats an earlier one; false when it is new [EM-8]. */
  answerRepeat(publication: Publication, done: Done): boolean {
    const { eventID } = publication
    const known = (eventID && this.#events.get(eventID)) ?? this.#events.get(keyOf(publication) ?? '')
    if (!known) return false
    const same =
      known.scope === scopeOf(publication) && known.wanted === wantedOf(publication) && known.sent === publication.sent
    if (!same) done(refused('EVENT_ID_USED', 'this id was used for another event, or by somebody else'))
    else if (known.answer) done(known.answer)
    else known.repeats.push(done)
    return true
  }

  /** Gives a publication its id and its place. Nothing has been sent yet. */
  append(publication: Publication, recipients: readonly Member[]): PublishedEvent {
    const { payload, sent, from, echo, targets } = publication
    const addressed = targets.kind !== 'everyone'
    const key = keyOf(publication)
    const scope = scopeOf(publication)
    const wanted = wantedOf(publication)
    return this.#retain({
      eventID: publication.eventID ?? this.#settings.ids.event(),
      seq: ++this.#seq,
      timestamp: this.#settings.clock.unixNow(),
      at: this.#settings.clock.now(),
      payload,
      sent,
      echo,
      ...(from !== undefined && { from }),
      ...(addressed && { addressees: new Set(recipients.map((member) => member.clientID)) }),
      scope,
      wanted,
      ...(key !== undefined && { key }),
    })
  }

  /** Takes back an event that an earlier process published. */
  restore({ ageMs, addressees, answer, echo, ...saved }: SavedEvent): void {
    const at = this.#settings.clock.now() - ageMs
    const event = this.#retain({
      ...saved,
      at,
      echo: echo ?? true,
      ...(addressees && { addressees: new Set(addressees) }),
    })
    event.answer = answer
    this.history.grow(event, answerBytes(answer))
  }

  /** As plain JSON. Whoever is awaited counts as having left: its connection does not outlive the process. */
  save(name: string): SavedChannel {
    const events = this.history.all().map((event) => this.#saved(event))
    return { name, epoch: this.epoch, seq: this.#seq, floor: this.history.floor, events }
  }

  #saved(event: PublishedEvent): SavedEvent {
    const { eventID, seq, timestamp, at, payload, sent, scope, wanted, from, echo, addressees, key } = event
    // One that is being published at this very moment has none yet; it must not be missing for that.
    const answer = event.answer ?? event.awaited?.acks.ifAllLeft() ?? { success: true, eventID }
    return {
      ...{ eventID, seq, timestamp, ageMs: this.#settings.clock.now() - at, payload, sent, scope, wanted },
      // A copy: whoever emitted it has the answer itself.
      answer: JSON.parse(JSON.stringify(answer)) as EmitResult,
      ...(from !== undefined && { from }),
      ...(!echo && { echo }),
      ...(addressees && { addressees: [...addressees] }),
      ...(key !== undefined && { key }),
    }
  }

  #journal(event: PublishedEvent): void {
    if (event.retained) this.#settings.journal?.event(this.#channel, this.#saved(event))
  }

  #retain(
    published: Omit<PublishedEvent, 'bytes' | 'retained' | 'repeats' | 'newer' | 'older' | 'owner'>,
  ): PublishedEvent {
    const { payload, sent, scope, wanted, addressees } = published
    const event: PublishedEvent = {
      ...published,
      bytes:
        utf8Bytes(payload) +
        (sent === payload ? 0 : utf8Bytes(sent)) +
        OVERHEAD_BYTES +
        scope.length +
        wanted.length +
        (addressees ? addressees.size * BYTES_PER_ID : 0),
      retained: false,
      repeats: [],
      newer: undefined,
      older: undefined,
      owner: this.history,
    }
    this.#index(event)
    this.history.append(event)
    return event
  }

  /** Waits for the recipients' acknowledgements, `timeoutMs` at most. */
  awaitAcks(
    event: PublishedEvent,
    publication: Publication,
    to: { recipients: readonly Member[]; unknown: readonly string[] },
    done: Done,
  ): void {
    const { limits, clock } = this.#settings
    const acks = new Awaited({
      eventID: event.eventID,
      recipients: to.recipients.map((member) => member.clientID),
      unknown: to.unknown,
      maxRepliesBytes: limits.maxRepliesBytes,
      ...(publication.onAck && { onAck: publication.onAck }),
      done: (result) => {
        event.awaited?.stop()
        delete event.awaited
        this.#awaited.delete(event)
        this.settle(event, result, done)
      },
    })
    const { timeoutMs } = publication
    event.awaited = { acks, stop: clock.after(timeoutMs, () => this.#turns.take(() => acks.expire(timeoutMs))) }
    this.#awaited.add(event)
    this.#journal(event)
    // A history of no events has dropped it already.
    this.#index(event)
  }

  /** Gives the answer to whoever emitted it, and to every repeat that joined meanwhile. */
  settle(event: PublishedEvent, result: EmitResult, done: Done): void {
    event.answer = result
    this.history.grow(event, answerBytes(result))
    this.#journal(event)
    const repeats = event.repeats
    event.repeats = []
    done(result)
    for (const repeat of repeats) repeat(result)
    this.#forgetIfOver(event)
  }

  /** False when nobody waits for it [ACK-5]. */
  ack(clientID: string, eventID: string, carried: JsonObject): boolean {
    return this.#events.get(eventID)?.awaited?.acks.ack(clientID, carried) ?? false
  }

  /** Somebody left for good: nobody waits for it any longer [ACK-4]. */
  left(clientID: string): void {
    for (const event of this.#awaited) event.awaited?.acks.leave(clientID)
  }

  /** Whether this member's acknowledgement of an event is still waited for. */
  isAwaitedFrom(event: PublishedEvent, clientID: string): boolean {
    return event.awaited?.acks.isPending(clientID) ?? false
  }

  /** The events up to a position whose acknowledgement by this member is still waited for. */
  awaitedFrom(clientID: string, seq: number): string[] {
    return Array.from(this.#awaited)
      .filter((event) => event.seq <= seq && this.isAwaitedFrom(event, clientID))
      .map(({ eventID }) => eventID)
  }

  #index(event: PublishedEvent): void {
    this.#events.set(event.eventID, event)
    if (event.key !== undefined) this.#events.set(event.key, event)
  }

  #forgetIfOver(event: PublishedEvent): void {
    if (event.retained || event.awaited) return
    this.#events.delete(event.eventID)
    if (event.key !== undefined) this.#events.delete(event.key)
  }
}

function scopeOf({ via, principal }: Publication): string {
  return `${via} ${principal}`
}

function wantedOf({ targets, requireAck, echo }: Publication): string {
  return JSON.stringify([targets, requireAck, echo])
}

// No event id contains a space, so a key is never taken for one.
function keyOf(publication: Publication): string | undefined {
  return publication.key === undefined ? undefined : `${scopeOf(publication)} ${publication.key}`
}

function answerBytes({ acked, left, pending, failed, unknown, replies }: EmitResult): number {
  const listed = (acked?.length ?? 0) + (left?.length ?? 0) + (pending?.length ?? 0)
  return (
    listed * BYTES_PER_ID + (failed || replies || unknown ? utf8Bytes(JSON.stringify([failed, replies, unknown])) : 0)
  )
}

const OVERHEAD_BYTES = 128
const BYTES_PER_ID = 48
