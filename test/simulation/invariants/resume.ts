// I4, I5: who comes back to its place has missed nothing, and is given nothing twice. Observers do so by now; members will have sessions.
import type { Reader } from '../reader'
import type { Report } from '../log'
import type { Observer, Stage } from '../stage'
import { eventsOf } from './events'

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
