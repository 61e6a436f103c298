// I4, I5: who comes back to its place has missed nothing, and is given nothing twice, or it was told of the gap.
import type { Reader } from '../reader'
import type { Log, Report } from '../log'
import type { Observer, Stage } from '../stage'
import type { Seat } from '../seat'
import { allEventsOf, eventsOf, isFor, type SeenEvent } from './events'

export function checkObservers({ log, observers }: Stage): void {
  const events = [...eventsOf(log).values()].filter(({ published }) => published?.whom.kind === 'everyone')
  for (const last of observers) {
    if (!last.after || observers.some(({ after }) => after === last)) continue
    const connections: Reader[] = []
    for (let one: Observer | undefined = last; one; one = one.after)
      if (one.reader.isWelcome) connections.unshift(one.reader)
    for (const epoch of new Set(connections.map((reader) => reader.epoch))) {
      const published = new Map(
        events.flatMap((event) => (event.epoch === epoch ? [[event.seq, event.place] as const] : [])),
      )
      checkResumed(
        last.reader.name,
        connections.filter((reader) => reader.epoch === epoch),
        published,
        log.report,
      )
    }
  }
}

/** One listener's connections within an epoch, in their order; what was published, by its seq. Each after the first says in CONNECTED whether it `recovered`. */
export function checkResumed(
  name: string,
  connections: readonly Reader[],
  published: ReadonlyMap<number, string>,
  report: Report,
): void {
  const given = new Set<string>()
  let position = connections[0]?.position ?? 0
  for (const { frames, data } of connections) {
    const welcome = frames.find(({ type }) => type === 'CONNECTED')
    // Who is told that the gap is lost begins anew behind it.
    if (welcome?.payload.recovered === false) position = welcome.payload.seq
    for (const [place, { seq }] of data) {
      if (given.has(place)) report('I5', `${name} is given ${place} twice`)
      given.add(place)
      for (const [at, missed] of published)
        if (at > position && at < seq && !given.has(missed)) report('I4', `${name} misses ${missed}`)
      position = Math.max(position, seq)
    }
  }
}

/** Our client: between two events that it was handed none is missing that was for it, or it was told so by `gap`. */
export function checkSeats({ log, seats }: Stage): void {
  const events = allEventsOf(log)
  for (const seat of seats) {
    checkSeat(seat, events, log)
    checkAsked(seat, log.report)
  }
}

/** Each attempt asks for the place that it had last: its session, with a higher attempt, and where it was in the stream. */
function checkAsked({ name, sockets }: Seat, report: Report): void {
  let session = 'new'
  let attempt = 0
  let since: string | null = null
  for (const { asked, in: arrived } of sockets) {
    if (asked.get('session') !== session) report('I7', `${name} asks for ${asked.get('session')}, and had ${session}`)
    if (asked.get('since') !== since)
      report('I5', `${name} asks for what follows ${asked.get('since')}, and was at ${since}`)
    if (!(Number(asked.get('attempt')) > attempt)) report('I14', `${name} does not count its attempts`)
    attempt = Number(asked.get('attempt'))
    if (!arrived.isWelcome) continue
    const welcome = arrived.frames.find(({ type }) => type === 'CONNECTED')
    session = welcome?.payload.session
    since = `${arrived.epoch}:${[...arrived.data.values()].at(-1)?.seq ?? arrived.position}`
  }
}

function checkSeat({ name, gaps, sockets, channel }: Seat, events: readonly SeenEvent[], log: Log): void {
  const welcome = sockets.filter((opened) => opened.in.isWelcome)
  const own = new Set(welcome.map((opened) => opened.in.clientID))
  const handed = new Set<string>()
  /** All at or below it has been handed out, or it was told of. */
  let position: { readonly epoch: string; readonly seq: number } | undefined
  let lookedAt = 0
  welcome.forEach(({ in: arrived, welcomedAt, arrivedAt, socket }, at) => {
    const { epoch, clientID, data } = arrived
    const here = { epoch, seq: arrived.position }
    position ??= here
    /** Nothing is missing before what has come at that time. */
    const look = (seq: number, until: number): void => {
      if (gaps.some((gap) => gap > lookedAt && gap <= until)) position = here
      lookedAt = until
      if (position?.epoch !== epoch) return log.report('I4', `${name} goes on in another stream, and is not told`)
      for (const event of events) {
        const { published, from, place } = event
        if (event.epoch !== epoch || event.seq <= position.seq || event.seq >= seq || handed.has(place)) continue
        const isOwn = from !== undefined && own.has(from) && published?.echo === false
        if (!isOwn && isFor(log, event, clientID))
          log.report('I4', `${name} misses ${published?.key} (${event.eventID})`)
      }
    }
    const next = welcome[at + 1]?.welcomedAt ?? Infinity
    if (arrived.recovered && gaps.some((gap) => gap > welcomedAt && gap < next))
      log.report('I4', `${name} is told of a gap, and has recovered all`)
    for (const [place, { seq }] of data) {
      look(seq, arrivedAt.get(place) ?? 0)
      handed.add(place)
      position = { epoch, seq }
    }
    // What followed the last that it was handed has come too, where it is there still.
    if (socket === sockets.at(-1)?.socket && channel.status.state === 'open') look(Infinity, Infinity)
  })
}
