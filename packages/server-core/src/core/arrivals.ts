// How somebody comes to a channel: as a new listener, or back to its place by a session [LI-5, RS-2, RS-3, RS-6].
import type { Json, JsonObject } from '@websockets.do/protocol'
import { type Audience, REPLACED } from './audience'
import { channelFull, dataTail, tail } from './frames'
import { expectSweep, heartbeatTime, pingEveryMs } from './heartbeat'
import { Line } from './line'
import { type Attachment, Member } from './member'
import type { Socket } from './ports'
import type { PublishedEvent } from './published-event'
import type { SavedLine, SavedMember, SavedRequest } from './saved'
import { restoreLine } from './saved-member'
import type { SessionRequest } from './session'
import type { Settings } from './settings'
import type { Stream } from './stream'
import { welcomePayload } from './welcome'

export interface Position {
  readonly epoch: string
  readonly seq: number
}

export interface JoinOptions {
  readonly socket: Socket
  readonly observer?: boolean
  /** What opened it, where that is to outlive the process. */
  readonly opening?: SavedRequest
  /** Absent: none, or what it was before. */
  readonly presence?: JsonObject
  readonly user?: Json
  /** Unix ms. */
  readonly expiresAt?: number
  readonly session?: SessionRequest
  /** Replays the last so many public events to who is new [RS-8]. */
  readonly rewind?: number
  /** Replays what came after a position [RS-2]. */
  readonly since?: Position
  /** Whether it may be given what was published before it joined. */
  readonly pastReadable?: boolean
}

export interface ArrivalsOptions {
  readonly channel: string
  readonly settings: Settings
  readonly stream: Stream
  readonly audience: Audience
}

export class Arrivals {
  readonly #options: ArrivalsOptions

  constructor(options: ArrivalsOptions) {
    this.#options = options
  }

  /** Whom a session gives back its place, if anybody: nobody under another name [RS-7]. */
  resumable(session: SessionRequest | undefined, user: Json | undefined): Member | undefined {
    const member = session?.token === undefined ? undefined : this.#options.audience.bySession(session.token)
    return member && JSON.stringify(member.user) === JSON.stringify(user) ? member : undefined
  }

  /** Whether a member could see all after a position when it came: it was here, or that is no position of this stream [RS-7]. */
  witnessed(member: Member, since: Position): boolean {
    return (this.#seqAt(since) ?? Infinity) >= member.joinedAt
  }

  /** One step: nothing is lost or doubled between what it is told of the others, what is replayed, and what follows. */
  come(line: Line, options: JoinOptions): void {
    const known = options.observer ? undefined : this.resumable(options.session, options.user)
    if (!known) return this.#admit(line, options)
    if (isStale(known, options.session)) return this.#options.audience.cut(this.#create(line, options), REPLACED)
    this.#resume(known, line, options)
  }

  /** A member of before this process: it has no connection yet, and nobody hears of it [RS-3]. */
  restore(saved: SavedMember): void {
    const { settings, audience } = this.#options
    const { clientID, presence, user, session, joinedAt, attempt, expiresAt, away, opening } = saved
    const line = new Line(GONE, opening)
    const { maxBufferedBytes } = settings.limits
    const member = new Member({
      ...{ clientID, line, observer: false, presence, joinedAt, maxBufferedBytes },
      ...(user !== undefined && { user }),
      ...(session !== undefined && { session }),
    })
    member.attach(line, { expiresAt, attempt, pingDueAt: 0 })
    audience.restore(member, away && { since: heartbeatTime(away.since, settings), code: away.code })
  }

  /** The socket of such a member is still there: it never was away. */
  reattach(member: Member, line: Line, saved: SavedLine): void {
    const { settings, audience } = this.#options
    const { expiresAt, attempt } = member
    audience.reattach(member, line, { expiresAt, attempt, pingDueAt: 0 })
    restoreLine(member, saved, settings)
    expectSweep(member, settings)
  }

  #admit(line: Line, options: JoinOptions): void {
    const { audience, settings, channel } = this.#options
    const member = this.#create(line, options)
    if (audience.isFull(member.observer)) return audience.cut(member, channelFull(settings.limits))
    const others = [...audience.members.values()]
    if (!member.observer) audience.announce('PRESENCE:JOINED', member.entryText)
    audience.add(member)
    this.#welcome(member, others, false, options)
    if (!member.observer) settings.onJoin(channel, member.entry())
  }

  #resume(member: Member, line: Line, options: JoinOptions): void {
    const { audience } = this.#options
    const { presence, session } = options
    const isOther = presence !== undefined && JSON.stringify(presence) !== member.presenceText
    if (presence !== undefined) member.presencesBroughtAlong++
    if (isOther) member.setPresence(presence)
    audience.replace(member, line, this.#attachment(options, session?.attempt ?? member.attempt + 1))
    const others = [...audience.members.values()].filter((other) => other !== member)
    this.#welcome(member, others, true, options)
    if (isOther) audience.announce('PRESENCE:UPDATED', member.entryText)
  }

  #create(line: Line, options: JoinOptions): Member {
    const { ids, limits } = this.#options.settings
    const { observer = false, presence = {}, user, session } = options
    const member = new Member({
      clientID: ids.client(),
      line,
      observer,
      presence,
      ...(user !== undefined && { user }),
      ...(session && !observer && { session: ids.session() }),
      joinedAt: this.#options.stream.seq,
      maxBufferedBytes: limits.maxBufferedBytes,
    })
    member.attach(line, this.#attachment(options, session?.attempt ?? 0))
    return member
  }

  #attachment({ expiresAt, observer = false }: JoinOptions, attempt: number): Attachment {
    const { pulse, heartbeat } = this.#options.settings
    return { expiresAt, attempt, pingDueAt: pulse.now + pingEveryMs(observer, heartbeat) }
  }

  #welcome(member: Member, others: readonly Member[], resumed: boolean, options: JoinOptions): void {
    const { stream, settings, audience } = this.#options
    const { since, session } = options
    const isEntitled = since && (options.pastReadable || (resumed && this.witnessed(member, since)))
    const missed = isEntitled ? this.#missed(member, since) : undefined
    const replayed = missed ?? (resumed ? [] : stream.history.last(options.rewind ?? 0))
    const seq = missed && since ? since.seq : (replayed[0]?.seq ?? stream.seq + 1) - 1
    const payload = welcomePayload(
      {
        ...{ member, others, epoch: stream.epoch, seq, resumed },
        recovered: since ? missed !== undefined : session && session.token === undefined,
        awaiting: resumed ? stream.awaitedFrom(member.clientID, seq) : [],
      },
      settings,
    )
    const frames = replayed.map((event) => dataTail(event, stream.isAwaitedFrom(event, member.clientID)))
    audience.doomIf(member, member.replay('CONNECTED', tail(settings.ids.event(), payload)))
    for (const frame of frames) if (member.open) audience.doomIf(member, member.replay('DATA', frame))
  }

  /** All that was for this member after a position; undefined when any of it may be gone [RS-2, RS-9]. */
  #missed({ clientID }: Member, since: Position): PublishedEvent[] | undefined {
    const { stream } = this.#options
    const seq = this.#seqAt(since)
    if (seq === undefined || seq > stream.seq) return undefined
    return stream.history.since(seq)?.filter((event) => isFor(clientID, event))
  }

  /** Undefined where it is no position of this stream. Where there was no channel, all of it is still to come [HI-1]. */
  #seqAt({ epoch, seq }: Position): number | undefined {
    return epoch === this.#options.stream.epoch || (epoch === NO_EPOCH && seq === 0) ? seq : undefined
  }
}

/** What the history of a channel that does not exist says, as it reads in a position: `null:0`. */
const NO_EPOCH = 'null'

function isFor(clientID: string, { addressees, from, echo }: PublishedEvent): boolean {
  return addressees ? addressees.has(clientID) : echo || from !== clientID
}

/** What a member has that outlived its process without its socket. */
const GONE: Socket = { send() {}, close() {} }

/** Whether a connection is older than the one that its session has [RS-6]. */
export function isStale(member: Member, session: SessionRequest | undefined): boolean {
  return session?.attempt !== undefined && session.attempt <= member.attempt
}
