// A channel: what is done in it, one thing after the other. Who listens is in audience.ts, how they come in arrivals.ts, its events in stream.ts.
// 1. Every change is a step of `#turns`: never interleaved with another, seen in one order by all.
// 2. An awaited emit is registered before the first frame of it is sent.
import type { EmitResult, Json, JsonObject, MemberEntry } from '@websockets.do/protocol'
import { Arrivals, isStale, type JoinOptions, type Position } from './arrivals'
import { Audience, type ClosingError } from './audience'
import { dataTail, type ErrorPayload, refused, type Tail, tail } from './frames'
import { answered, earlyPingMs, examine, expectSweep } from './heartbeat'
import { Line } from './line'
import type { Member } from './member'
import type { Socket } from './ports'
import type { Publication, PublishedEvent } from './published-event'
import type { SavedChannel, SavedLine } from './saved'
import { saveLine } from './saved-member'
import type { SessionRequest } from './session'
import type { Settings } from './settings'
import { Stream } from './stream'
import { select } from './targets'
import { Turns } from './turns'

export class Channel {
  readonly name: string
  readonly #settings: Settings
  readonly #stream: Stream
  readonly #turns: Turns
  readonly #audience: Audience
  readonly #arrivals: Arrivals

  constructor(name: string, settings: Settings, saved?: SavedChannel) {
    this.name = name
    this.#settings = settings
    this.#turns = new Turns(
      (error) => settings.onError(error, `channel ${name}`),
      () => this.#freeIfEmpty(),
    )
    this.#stream = new Stream({ channel: name, settings, turns: this.#turns, saved })
    const parts = { channel: name, settings, turns: this.#turns, stream: this.#stream }
    this.#audience = new Audience(parts)
    this.#arrivals = new Arrivals({ ...parts, audience: this.#audience })
    for (const member of saved?.members ?? []) this.#arrivals.restore(member)
  }

  /** For what outlives the process: an earlier one's events, and its own. */
  get stream(): Pick<Stream, 'restore' | 'save'> {
    return this.#stream
  }

  get awaitedCount(): number {
    return this.#stream.awaitedCount
  }

  get size(): { readonly members: number; readonly observers: number; readonly away: number } {
    const { members, observers, away } = this.#audience
    return { members: members.size, observers: observers.size, away: away.size }
  }

  isFull(observer: boolean): boolean {
    return this.#audience.isFull(observer)
  }

  members(): MemberEntry[] {
    return Array.from(this.#audience.members.values(), (member) => member.entry())
  }

  /** A page of the public history, oldest first, and the position of the newest event, which may be none of them [HI-1]. */
  history(limit: number, before?: Position): Position & { readonly history: PublishedEvent[] } {
    const { epoch, seq, history } = this.#stream
    if (before && before.epoch !== epoch) return { epoch, seq, history: [] }
    return { epoch, seq, history: history.last(limit, before?.seq) }
  }

  /** Whom a session gives back its place at this moment, if anybody [RS-3]. */
  resumable(session: SessionRequest | undefined, user: Json | undefined): Member | undefined {
    return this.#arrivals.resumable(session, user)
  }

  /** Whether a connection would be refused since its session has a newer one [RS-6]. */
  isStale(session: SessionRequest | undefined, user: Json | undefined): boolean {
    const member = this.resumable(session, user)
    return member !== undefined && isStale(member, session)
  }

  /** Whether a member could see all after a position when it came: then a replay from there is no look into the past [RS-7]. */
  witnessed(member: Member, since: Position): boolean {
    return this.#arrivals.witnessed(member, since)
  }

  join(options: JoinOptions): Line {
    const line = new Line(options.socket, options.opening)
    this.#turns.take(() => this.#arrivals.come(line, options))
    return line
  }

  /** The socket of a member that is here from before this process; undefined where there is none such. */
  reattach(socket: Socket, saved: SavedLine): Line | undefined {
    const member = this.find(saved.clientID)
    if (!member?.away) return undefined
    const line = new Line(socket, member.line.opening)
    this.#turns.take(() => this.#arrivals.reattach(member, line, saved))
    return line
  }

  /** The socket of this line is gone; nothing happens where its member has another by now. */
  lost(line: Line, code?: number): void {
    this.#turns.take(() => {
      if (line.isCurrent() && line.member) this.#audience.lose(line.member, code)
    })
  }

  /** A member goes by its own will, without a close frame [LI-3]. */
  hangUp(member: Member, code: number): void {
    this.#turns.take(() => this.#audience.hangUp(member, code))
  }

  setPresence(member: Member, presence: JsonObject): void {
    this.#turns.take(() => {
      if (member.gone) return
      member.setPresence(presence)
      this.#audience.changed(member)
      this.#audience.announce('PRESENCE:UPDATED', member.entryText)
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
    const isAnswer = answered(member, this.#settings)
    if (isAnswer) saveLine(member, this.#settings)
    return isAnswer
  }

  /** One sweep: pings who is due, drops who stayed silent, whose grant is over or who did not come back [CL-5, OR-2, RS-4]. */
  beat(): void {
    this.#turns.take(() => {
      this.#audience.expire()
      let shared: Tail | undefined
      const earlyMs = earlyPingMs(this.#audience.everybody(), this.#settings)
      for (const member of this.#audience.everybody()) {
        if (!member.open) continue
        const verdict = examine(member, this.#settings, earlyMs)
        if (verdict === 'ping') {
          this.#audience.send(member, 'PING', (shared ??= tail(this.#settings.ids.event(), '{}')))
          saveLine(member, this.#settings)
        } else if (verdict) this.#audience.cut(member, verdict)
        if (member.open) expectSweep(member, this.#settings)
      }
    })
  }

  /** Sends one frame of the member's own, on whichever connection it has by then. */
  send(member: Member, type: string, payload: string): void {
    this.#turns.take(() => this.#audience.send(member, type, tail(this.#settings.ids.event(), payload)))
  }

  /** Answers a client's own probe [CL-6]. */
  sendPong(member: Member): void {
    this.#turns.take(() => {
      if (member.open) this.#audience.doomIf(member, member.sendBare('{"type":"PONG"}'))
    })
  }

  sendError(member: Member, error: ErrorPayload): void {
    this.send(member, 'ERROR', JSON.stringify(error))
  }

  /** Tells a listener why and closes its socket. It leaves, unless its session has a grace for that code [RS-5]. */
  cut(member: Member, error: ClosingError, code?: number): void {
    this.#turns.take(() => this.#audience.cut(member, error, code))
  }

  /** Cuts all of them for good, and nobody hears of the others' leaving: they are all told before the first one leaves. */
  cutAll(error: ClosingError): void {
    this.#turns.take(() => this.#audience.cutAll(error))
  }

  find(clientID: string): Member | undefined {
    return this.#audience.members.get(clientID)
  }

  /** The member that has this session, connected or not. */
  bySession(token: string): Member | undefined {
    return this.#audience.bySession(token)
  }

  #publish(publication: Publication, done: (result: EmitResult) => void): void {
    if (this.#stream.answerRepeat(publication, done)) return
    const { limits, random } = this.#settings
    const { from, echo, targets, requireAck } = publication
    const { members, observers } = this.#audience
    const selection = select(targets, members, echo ? undefined : from, random)
    if (!selection.ok) return done(selection.result)
    if (requireAck && this.#stream.awaitedCount >= limits.maxAwaitedEmits) {
      const message = `${limits.maxAwaitedEmits} emits of this channel are waiting for acknowledgements already`
      return done(refused('RATE_LIMITED', message, { retryAfterMs: 1_000 }))
    }
    const { recipients, unknown } = selection
    const event = this.#stream.append(publication, recipients)
    if (requireAck) this.#stream.awaitAcks(event, publication, selection, done)
    const data = dataTail(event, requireAck)
    for (const member of recipients) this.#audience.send(member, 'DATA', data)
    if (targets.kind === 'everyone' && observers.size > 0) {
      const unasked = requireAck ? dataTail(event, false) : data
      for (const observer of observers.values()) this.#audience.send(observer, 'DATA', unasked)
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

  #freeIfEmpty(): void {
    const { members, observers } = this.#audience
    const inUse = members.size + observers.size + this.#stream.awaitedCount + this.#stream.history.size
    if (inUse === 0) this.#settings.onEmpty(this)
  }
}
