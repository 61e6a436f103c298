// A channel: who listens, what they see of each other, and whom an event goes to.
// 1. Every change is a step of `#turns`: never interleaved with another, seen in one order by all.
// 2. A member is in `#members` exactly from its JOINED to its LEFT; nothing of it is sent after.
// 3. An awaited emit is registered before the first frame of it is sent.
import {
  closeCode,
  type ClosingCode,
  type EmitResult,
  type Json,
  type JsonObject,
  type MemberEntry,
} from '@websockets.do/protocol'
import { channelFull, closeReason, dataTail, type ErrorPayload, refused, type Tail, tail } from './frames'
import { answered, examine } from './heartbeat'
import { Member, type SendFault } from './member'
import type { Socket } from './ports'
import type { Publication, PublishedEvent } from './published-event'
import type { SavedChannel } from './saved'
import type { Settings } from './settings'
import { Stream } from './stream'
import { select } from './targets'
import { Turns } from './turns'
import { welcomePayload } from './welcome'

export interface JoinOptions {
  readonly socket: Socket
  readonly observer?: boolean
  readonly presence?: JsonObject
  readonly user?: Json
  /** Unix ms. */
  readonly expiresAt?: number
  /** Replays the last so many public events [RS-8]. */
  readonly rewind?: number
  /** Replays the public events after a position [RS-2]. */
  readonly since?: { readonly epoch: string; readonly seq: number }
}

export class Channel {
  readonly name: string
  readonly #settings: Settings
  readonly #stream: Stream
  readonly #members = new Map<string, Member>()
  readonly #observers = new Map<string, Member>()
  readonly #turns: Turns

  constructor(name: string, settings: Settings, saved?: SavedChannel) {
    this.name = name
    this.#settings = settings
    this.#turns = new Turns(
      (error) => settings.onError(error, `channel ${name}`),
      () => this.#freeIfEmpty(),
    )
    this.#stream = new Stream(settings, this.#turns, saved)
  }

  /** For what outlives the process: an earlier one's events, and its own. */
  get stream(): Pick<Stream, 'restore' | 'save'> {
    return this.#stream
  }

  get awaitedCount(): number {
    return this.#stream.awaitedCount
  }

  get size(): { readonly members: number; readonly observers: number } {
    return { members: this.#members.size, observers: this.#observers.size }
  }

  isFull(observer: boolean): boolean {
    return (observer ? this.#observers : this.#members).size >= this.#settings.limits.maxMembers
  }

  members(): MemberEntry[] {
    return Array.from(this.#members.values(), (member) => member.entry())
  }

  /** A page of the public history, oldest first [HI-1]. */
  history(limit: number, before?: { epoch: string; seq: number }): { epoch: string; history: PublishedEvent[] } {
    const { epoch, history } = this.#stream
    if (before && before.epoch !== epoch) return { epoch, history: [] }
    return { epoch, history: history.last(limit, before?.seq) }
  }

  join(options: JoinOptions): Member {
    const { ids, limits, heartbeat, pulse } = this.#settings
    const member = new Member({
      clientID: ids.client(),
      socket: options.socket,
      observer: options.observer ?? false,
      presence: options.presence ?? {},
      ...(options.user !== undefined && { user: options.user }),
      ...(options.expiresAt !== undefined && { expiresAt: options.expiresAt }),
      maxBufferedBytes: limits.maxBufferedBytes,
    })
    member.pingDueAt = pulse.now + heartbeat.intervalMs
    this.#turns.take(() => this.#admit(member, options))
    return member
  }

  leave(member: Member, code?: number): void {
    this.#turns.take(() => this.#remove(member, code))
  }

  setPresence(member: Member, presence: JsonObject): void {
    this.#turns.take(() => {
      if (member.gone) return
      member.setPresence(presence)
      this.#announce('PRESENCE:UPDATED', member.entryText)
    })
  }

  /** Gives a repeat the answer of the first; false when the publication is new [EM-8]. */
  answerRepeat(publication: Publication, done: (result: EmitResult) => void): boolean {
    return this.#stream.answerRepeat(publication, done)
  }

  /** `done` is told exactly once: at once without `requireAck`, otherwise when everyone answered or the time is over. */
  emit(publication: Publication, done: (result: EmitResult) => void): void {
    this.#turns.take(() => this.#publish(publication, done))
  }

  /** False when nobody waits for this acknowledgement. */
  ack(member: Member, eventID: string, carried: JsonObject): boolean {
    if (member.gone) return false
    const counted = this.#stream.ack(member.clientID, eventID, carried)
    if (counted) this.#turns.take(() => {})
    return counted
  }

  /** False when no PING was unanswered. */
  pong(member: Member): boolean {
    return answered(member, this.#settings)
  }

  /** One sweep: pings who is due, drops who stayed silent or whose grant is over [CL-5, OR-2]. */
  beat(): void {
    this.#turns.take(() => {
      let shared: Tail | undefined
      for (const member of this.#listeners()) {
        const verdict = examine(member, this.#settings)
        if (verdict === 'ping') this.#send(member, 'PING', (shared ??= tail(this.#settings.ids.event(), '{}')))
        else if (verdict) this.#cut(member, verdict)
      }
    })
  }

  /** Sends one frame of the member's own. */
  send(member: Member, type: string, payload: string): void {
    this.#turns.take(() => this.#send(member, type, tail(this.#settings.ids.event(), payload)))
  }

  /** Answers a client's own probe [CL-6]. */
  sendPong(member: Member): void {
    this.#turns.take(() => {
      if (!member.gone && !member.closing) this.#doomIf(member, member.sendBare('{"type":"PONG"}'))
    })
  }

  sendError(member: Member, error: ErrorPayload): void {
    this.send(member, 'ERROR', JSON.stringify(error))
  }

  /** Tells a listener why, closes its socket, and lets it leave. */
  cut(
    member: Member,
    error: ErrorPayload & { readonly code: ClosingCode },
    code: number = closeCode[error.code],
  ): void {
    this.#turns.take(() => this.#cut(member, error, code))
  }

  /** Cuts all of them, and nobody hears of the others' leaving: they are all told before the first one leaves. */
  cutAll(error: ErrorPayload & { readonly code: ClosingCode }): void {
    this.#turns.take(() => {
      for (const member of this.#listeners()) this.#cut(member, error)
    })
  }

  find(clientID: string): Member | undefined {
    return this.#members.get(clientID)
  }

  #admit(member: Member, options: JoinOptions): void {
    if (this.isFull(member.observer)) return this.#cut(member, channelFull(this.#settings.limits))
    const others = [...this.#members.values()]
    if (!member.observer) this.#announce('PRESENCE:JOINED', member.entryText)
    this.#tableOf(member).set(member.clientID, member)
    this.#welcome(member, others, options)
    if (!member.observer) this.#settings.onJoin(this.name, member.entry())
  }

  // Snapshot, replay and subscription are one step: nothing is lost or doubled between them [LI-5].
  #welcome(member: Member, others: readonly Member[], { rewind = 0, since }: JoinOptions): void {
    const { epoch, history, seq } = this.#stream
    const { ids } = this.#settings
    const recovered = since && since.epoch === epoch && since.seq <= seq ? history.since(since.seq) : undefined
    const missed = (recovered ?? history.last(rewind)).filter((event) => !event.addressees)
    const position = recovered && since ? since.seq : (missed[0]?.seq ?? seq + 1) - 1
    const welcome = { member, others, epoch, seq: position, recovered: since && recovered !== undefined }
    const frames = missed.map((event) => dataTail(event, this.#stream.isAwaitedFrom(event, member.clientID)))
    this.#doomIf(member, member.replay('CONNECTED', tail(ids.event(), welcomePayload(welcome, this.#settings))))
    for (const frame of frames) this.#doomIf(member, member.replay('DATA', frame))
  }

  #publish(publication: Publication, done: (result: EmitResult) => void): void {
    if (this.#stream.answerRepeat(publication, done)) return
    const { limits, random } = this.#settings
    const { from, echo, targets, requireAck } = publication
    const selection = select(targets, this.#members, echo ? undefined : from, random)
    if (!selection.ok) return done(selection.result)
    if (requireAck && this.#stream.awaitedCount >= limits.maxAwaitedEmits) {
      const message = `${limits.maxAwaitedEmits} emits of this channel are waiting for acknowledgements already`
      return done(refused('RATE_LIMITED', message, { retryAfterMs: 1_000 }))
    }
    const { recipients, unknown } = selection
    const event = this.#stream.append(publication, recipients)
    if (requireAck) this.#stream.awaitAcks(event, publication, selection, done)
    const data = dataTail(event, requireAck)
    for (const member of recipients) this.#send(member, 'DATA', data)
    if (targets.kind === 'everyone' && this.#observers.size > 0) {
      const unasked = requireAck ? dataTail(event, false) : data
      for (const observer of this.#observers.values()) this.#send(observer, 'DATA', unasked)
    }
    if (event.awaited) event.awaited.acks.settleIfComplete()
    else if (!requireAck) {
      const { eventID } = event
      this.#stream.settle(
        event,
        { success: true, eventID, recipients: recipients.length, ...(unknown.length > 0 && { unknown }) },
        done,
      )
    }
  }

  // A step of its own: whoever is in the middle of a fan-out finishes it first.
  #cut(
    member: Member,
    error: ErrorPayload & { readonly code: ClosingCode },
    code: number = closeCode[error.code],
  ): void {
    if (member.gone || member.closing) return
    if (error.code !== 'SLOW_CONSUMER') member.send('ERROR', tail(this.#settings.ids.event(), JSON.stringify(error)))
    this.#close(member, code, closeReason(error))
    this.#turns.takeNext(() => this.#remove(member, code))
  }

  #close(member: Member, code: number, reason: string): void {
    member.closing = true
    try {
      member.socket.close(code, reason)
    } catch (error) {
      this.#settings.onError(error, `closing a socket of channel ${this.name}`)
    }
  }

  #remove(member: Member, code: number | undefined): void {
    if (member.gone) return
    member.gone = true
    // A joiner that found the channel full was never in it, and nobody heard of it.
    if (!this.#tableOf(member).delete(member.clientID) || member.observer) return
    this.#announce('PRESENCE:LEFT', `{"clientID":"${member.clientID}"}`)
    this.#stream.left(member.clientID)
    this.#settings.onLeave(this.name, member.entry(), code)
  }

  #announce(type: string, payload: string): void {
    const shared = tail(this.#settings.ids.event(), payload)
    for (const member of this.#members.values()) this.#send(member, type, shared)
    for (const observer of this.#observers.values()) this.#send(observer, type, shared)
  }

  #send(member: Member, type: string, shared: Tail): void {
    if (!member.gone && !member.closing) this.#doomIf(member, member.send(type, shared))
  }

  #doomIf(member: Member, fault: SendFault | undefined): void {
    if (!fault) return
    if (fault.kind === 'slow') {
      return this.#cut(member, { code: 'SLOW_CONSUMER', message: 'too much is waiting to be read' })
    }
    this.#settings.onError(fault.error, `sending to a socket of channel ${this.name}`)
    this.#close(member, closeCode.INTERNAL, 'INTERNAL')
    this.#turns.takeNext(() => this.#remove(member, closeCode.INTERNAL))
  }

  #tableOf(member: Member): Map<string, Member> {
    return member.observer ? this.#observers : this.#members
  }

  *#listeners(): Iterable<Member> {
    yield* this.#members.values()
    yield* this.#observers.values()
  }

  #freeIfEmpty(): void {
    const inUse = this.#members.size + this.#observers.size + this.#stream.awaitedCount + this.#stream.history.size
    if (inUse === 0) this.#settings.onEmpty(this)
  }
}
