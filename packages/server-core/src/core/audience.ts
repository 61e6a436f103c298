// Who listens to a channel, how frames reach them, and how they go. How they come is in arrivals.ts.
// 1. A member is in `members` exactly from its JOINED to its LEFT; nothing of it is sent after.
// 2. One that has lost its connection and may come back is in `members` and in `away`; nothing is handed to it meanwhile [RS-4].
import { closeCode, type ClosingCode } from '@websockets.do/protocol'
import { closeReason, type ErrorPayload, type Tail, tail } from './frames'
import { expectSweep } from './heartbeat'
import type { Line } from './line'
import type { Attachment, Away, Member, SendFault } from './member'
import { saveLine, savedMember } from './saved-member'
import { endsSession } from './session'
import type { Settings } from './settings'
import type { Stream } from './stream'
import type { Turns } from './turns'

export type ClosingError = ErrorPayload & { readonly code: ClosingCode }

export interface AudienceOptions {
  readonly channel: string
  readonly settings: Settings
  readonly turns: Turns
  readonly stream: Stream
}

export class Audience {
  readonly members = new Map<string, Member>()
  readonly observers = new Map<string, Member>()
  readonly away = new Set<Member>()
  readonly #sessions = new Map<string, Member>()
  /** Members whose sockets went with an earlier process: that they are away is not written down yet. */
  readonly #unnoticed = new Set<Member>()
  readonly #options: AudienceOptions

  constructor(options: AudienceOptions) {
    this.#options = options
  }

  isFull(observer: boolean): boolean {
    return (observer ? this.observers : this.members).size >= this.#options.settings.limits.maxMembers
  }

  /** The member that has this session, connected or not. */
  bySession(token: string): Member | undefined {
    return this.#sessions.get(token)
  }

  *everybody(): Iterable<Member> {
    yield* this.members.values()
    yield* this.observers.values()
  }

  add(member: Member): void {
    this.#tableOf(member).set(member.clientID, member)
    if (member.session !== undefined) this.#sessions.set(member.session, member)
    this.attached(member)
  }

  /** It has a connection, or a newer one. */
  attached(member: Member): void {
    expectSweep(member, this.#options.settings)
    saveLine(member, this.#options.settings)
    this.changed(member)
  }

  /** What outlives the process of a member is another by now. */
  changed(member: Member): void {
    const { settings, channel } = this.#options
    if (!member.observer) settings.journal?.member(channel, savedMember(member, settings))
  }

  /** A member of before this process: away, until its socket is here. `away` is absent where it was connected. */
  restore(member: Member, away: Away | undefined): void {
    this.members.set(member.clientID, member)
    if (member.session !== undefined) this.#sessions.set(member.session, member)
    if (!away) this.#unnoticed.add(member)
    this.#setAway(member, away ?? { since: this.#options.settings.pulse.now, code: undefined })
  }

  /** Its socket is still there: nobody has noticed anything. */
  reattach(member: Member, line: Line, attachment: Attachment): void {
    this.away.delete(member)
    this.#unnoticed.delete(member)
    member.attach(line, attachment)
  }

  send(member: Member, type: string, shared: Tail): void {
    if (member.open) this.doomIf(member, member.send(type, shared))
  }

  announce(type: string, payload: string): void {
    const shared = tail(this.#options.settings.ids.event(), payload)
    for (const member of this.members.values()) this.send(member, type, shared)
    for (const observer of this.observers.values()) this.send(observer, type, shared)
  }

  doomIf(member: Member, fault: SendFault | undefined): void {
    if (!fault) return
    if (fault.kind === 'slow') {
      return this.cut(member, { code: 'SLOW_CONSUMER', message: 'too much is waiting to be read' })
    }
    const { settings, channel, turns } = this.#options
    settings.onError(fault.error, `sending to a socket of channel ${channel}`)
    this.#close(member, closeCode.INTERNAL, 'INTERNAL')
    turns.takeNext(() => this.lose(member, closeCode.INTERNAL))
  }

  /** Tells it why and closes its socket. Whether it may come back is for the code to say [RS-5]. */
  cut(member: Member, error: ClosingError, code: number = closeCode[error.code]): void {
    if (member.away && endsSession(code)) return this.remove(member, code)
    if (!member.open) return
    this.#dismiss(member, error, code)
    // A step of its own: whoever is in the middle of a fan-out finishes it first.
    this.#options.turns.takeNext(() => this.lose(member, code))
  }

  /** Everybody leaves for good, and nobody hears of the others' leaving: all are told before the first one goes. */
  cutAll(error: ClosingError): void {
    const code = closeCode[error.code]
    for (const member of this.everybody()) {
      if (member.open) this.#dismiss(member, error, code)
      this.#options.turns.takeNext(() => this.remove(member, code))
    }
  }

  /** A newer connection of the same session takes its place: it goes without having left [RS-6]. */
  replace(member: Member, line: Line, attachment: Attachment): void {
    if (member.open) this.#dismiss(member, REPLACED, closeCode.REPLACED)
    this.away.delete(member)
    member.attach(line, attachment)
    this.attached(member)
  }

  /** It closes its connection itself, by other means than a close frame [LI-3]. */
  hangUp(member: Member, code: number): void {
    if (member.open) this.#close(member, code, '')
    else if (!endsSession(code)) return
    this.lose(member, code)
  }

  /** Its connection is over: it leaves, or has a while to come back. */
  lose(member: Member, code: number | undefined): void {
    const { graceMs, pulse, clock } = this.#options.settings
    const hasGrace = member.session !== undefined && this.members.has(member.clientID) && graceMs > 0
    if (!hasGrace || endsSession(code)) return this.remove(member, code)
    this.#setAway(member, { since: pulse.at(clock.now()), code })
    this.changed(member)
  }

  /** One sweep: whose grace is over has left [RS-4]. */
  expire(): void {
    const { pulse } = this.#options.settings
    for (const member of this.away) {
      const overAt = this.#graceEnd(member)
      if (pulse.now >= overAt) this.remove(member, member.away?.code)
      else pulse.expect(overAt)
    }
    for (const member of this.#unnoticed) if (member.away) this.changed(member)
    this.#unnoticed.clear()
  }

  remove(member: Member, code: number | undefined): void {
    if (member.gone) return
    member.gone = true
    member.open = false
    member.away = undefined
    member.inOrder.clear()
    this.away.delete(member)
    if (member.session !== undefined) this.#sessions.delete(member.session)
    // A joiner that found the channel full was never in it, and nobody heard of it.
    if (!this.#tableOf(member).delete(member.clientID) || member.observer) return
    const { channel, settings, stream } = this.#options
    this.announce('PRESENCE:LEFT', `{"clientID":"${member.clientID}"}`)
    settings.journal?.left(channel, member.clientID)
    stream.left(member.clientID)
    settings.onLeave(channel, member.entry(), code)
  }

  #setAway(member: Member, away: Away): void {
    member.open = false
    member.away = away
    this.away.add(member)
    this.#options.settings.pulse.expect(this.#graceEnd(member))
  }

  /** In heartbeat time. One without a session that lost its socket with its process has none [RS-4]. */
  #graceEnd({ away, session }: Member): number {
    const { graceMs } = this.#options.settings
    return (away?.since ?? 0) + (session === undefined ? 0 : graceMs)
  }

  #dismiss(member: Member, error: ClosingError, code: number): void {
    const { ids } = this.#options.settings
    if (error.code !== 'SLOW_CONSUMER') member.send('ERROR', tail(ids.event(), JSON.stringify(error)))
    this.#close(member, code, closeReason(error))
  }

  #close(member: Member, code: number, reason: string): void {
    member.open = false
    try {
      member.line.socket.close(code, reason)
    } catch (error) {
      const { settings, channel } = this.#options
      settings.onError(error, `closing a socket of channel ${channel}`)
    }
  }

  #tableOf(member: Member): Map<string, Member> {
    return member.observer ? this.observers : this.members
  }
}

/** For a connection whose session has a newer one. */
export const REPLACED: ClosingError = { code: 'REPLACED', message: 'another connection of this session is newer' }
