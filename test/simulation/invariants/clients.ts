// Our client, against its own sockets: its handlers hear what has arrived, each once, and it acknowledges as it should.
import type { Opened } from '../log'
import type { Seat } from '../seat'
import type { Stage } from '../stage'

/** The network keeps the order and invents nothing: what arrives is the beginning of what was sent, though some of it may come twice. */
export function checkSockets({ log }: Stage): void {
  for (const { out, via, outText, cameText } of log.listeners) {
    const opened = log.sockets[via ?? -1]
    if (!opened) continue
    const { in: arrived, inText, sentText, isFallback } = opened
    // What an answer to a request says to the client of the fall-back is no frame of the stream.
    const heard = isFallback ? inText.filter((text) => !text.startsWith(REFUSED)) : inText
    if (!isStart(heard, outText)) log.report('I1', `${arrived.name}: other frames arrive than were sent`)
    const said = sentText.filter((text) => !text.startsWith(CLOSE))
    // A request may overtake the connection that it belongs to, and what is left of that goes nowhere.
    if (!isStart(cameText, said)) log.report('I1', `${out.name}: the server hears others than were sent`)
  }
}

const REFUSED = '{"type":"ERROR","payload":'
const CLOSE = '{"type":"CLOSE"'

function isStart(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const text of part) {
    if (text === whole[at]) at++
    else if (at === 0 || text !== whole[at - 1]) return false
  }
  return true
}

export function checkClients({ seats, log }: Stage): void {
  for (const seat of seats) {
    const { name, heard, heardLast } = seat
    const arrived = new Set(
      seat.sockets.flatMap((opened) => Array.from(opened.in.data.values(), ({ eventID }) => eventID as string)),
    )
    if (heard.join() !== [...arrived].join())
      log.report('I3', `${name} hears ${heard}, and ${[...arrived]} have arrived`)
    // A handler that closes the channel ends nothing for the handlers after it.
    if (heardLast.join() !== heard.join())
      log.report('I3', `the last handler of ${name} hears ${heardLast}, not ${heard}`)
    for (const { from, ids } of seat.reads) {
      const wanted = heard.slice(from, from + ids.length)
      if (ids.join() !== wanted.join()) log.report('I3', `events() of ${name} gives ${ids}, not ${wanted}`)
    }
    checkAcknowledged(seat, log.report)
  }
}

function checkAcknowledged(seat: Seat, report: (id: string, text: string) => void): void {
  const { options, acked, acknowledgedLate, leftAt, sockets, log } = seat
  /** When each was acknowledged first, in the log's order. */
  const since = new Map<string, number>()
  const isDue = (eventID: string): boolean => (!options.manual || acked.has(eventID)) && eventID !== leftAt
  for (const opened of sockets) {
    const { in: arrived, arrivedAt, asks } = opened
    const count = acksOf(opened)
    // What the server still waits for, though it was acknowledged: that was lost on the way.
    for (const eventID of arrived.awaiting)
      if ((since.get(eventID) ?? Infinity) < opened.welcomedAt && !count.has(eventID))
        report('I9', `${seat.name} does not repeat its acknowledgement of ${eventID}`)
    for (const [eventID, acks] of count) {
      // By its id alone nobody can tell which of two was acknowledged.
      if (log.recurring.has(eventID)) continue
      const asked = (asks.get(eventID) ?? 0) + (arrived.awaiting.includes(eventID) ? welcomes(opened) : 0)
      const isLate = acknowledgedLate.has(eventID)
      if (acks > asked + (isLate ? 1 : 0)) report('I9', `${seat.name} acknowledges ${eventID} ${acks} times`)
      if (options.manual && !acked.has(eventID) && !isLate)
        report('I9', `${seat.name} acknowledges ${eventID} by itself`)
    }
    for (const [place, { eventID, requires_ack: isWanted }] of arrived.data) {
      if (!isWanted || log.recurring.has(eventID)) continue
      // Who closed the channel while it handled the event can say nothing any more.
      const isOwed = isDue(eventID) || (acknowledgedLate.get(eventID) ?? Infinity) < (arrivedAt.get(place) ?? 0)
      if (isOwed && !count.has(eventID)) report('I9', `${seat.name} does not acknowledge ${eventID}`)
      if (isDue(eventID) && !since.has(eventID)) since.set(eventID, arrivedAt.get(place) ?? Infinity)
    }
    for (const [eventID, at] of acknowledgedLate) if (!since.has(eventID)) since.set(eventID, at)
  }
}

/** How often each event was acknowledged over this connection. */
function acksOf({ sent }: Opened): Map<string, number> {
  const count = new Map<string, number>()
  for (const frame of sent)
    if (frame?.type === 'ACK') count.set(frame.payload.eventID, (count.get(frame.payload.eventID) ?? 0) + 1)
  return count
}

function welcomes({ in: { frames } }: Opened): number {
  return frames.filter(({ type }) => type === 'CONNECTED').length
}
