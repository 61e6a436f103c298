// Our client, against its own sockets: its handlers hear what has arrived, each once, and it acknowledges as it should.
import type { Opened } from '../log'
import type { Seat } from '../seat'
import type { Stage } from '../stage'

/** The network keeps the order and invents nothing: what arrives is the beginning of what was sent. */
export function checkSockets({ log }: Stage): void {
  const listeners = new Map(log.listeners.map((listener) => [listener.out.clientID, listener]))
  for (const { in: arrived, inText, sentText } of log.sockets) {
    const listener = listeners.get(arrived.clientID)
    if (!listener) continue
    if (!isStart(inText, listener.outText)) log.report('I1', `${arrived.name}: other frames arrive than were sent`)
    if (!isStart(listener.cameText, sentText))
      log.report('I1', `${arrived.name}: the server hears others than were sent`)
  }
}

function isStart(part: readonly string[], whole: readonly string[]): boolean {
  return part.every((text, at) => text === whole[at])
}

export function checkClients({ seats, log }: Stage): void {
  for (const seat of seats) {
    const { name, heard, heardLast } = seat
    const arrived = seat.sockets.flatMap((opened) =>
      Array.from(opened.in.data.values(), ({ eventID }) => eventID as string),
    )
    if (heard.join() !== arrived.join()) log.report('I3', `${name} hears ${heard}, and ${arrived} have arrived`)
    // A handler that closes the channel ends nothing for the handlers after it.
    if (heardLast.join() !== heard.join())
      log.report('I3', `the last handler of ${name} hears ${heardLast}, not ${heard}`)
    for (const { from, ids } of seat.reads) {
      const wanted = heard.slice(from, from + ids.length)
      if (ids.join() !== wanted.join()) log.report('I3', `events() of ${name} gives ${ids}, not ${wanted}`)
    }
    for (const opened of seat.sockets) checkAcknowledged(seat, opened, log.report)
  }
}

function checkAcknowledged(
  seat: Seat,
  { in: arrived, sent }: Opened,
  report: (id: string, text: string) => void,
): void {
  const count = new Map<string, number>()
  for (const frame of sent)
    if (frame?.type === 'ACK') count.set(frame.payload.eventID, (count.get(frame.payload.eventID) ?? 0) + 1)
  const wanted = [...arrived.data.values()].filter(({ requires_ack: isWanted }) => isWanted)
  for (const { eventID } of wanted) {
    // By its id alone nobody can tell which of two was acknowledged.
    if (seat.log.recurring.has(eventID)) continue
    const acks = count.get(eventID) ?? 0
    if (acks > 1) report('I9', `${seat.name} acknowledges ${eventID} ${acks} times`)
    // Who closed the channel while it handled the event can say nothing any more.
    if (acks === 0 && (!seat.options.manual || seat.acked.has(eventID)) && eventID !== seat.leftAt)
      report('I9', `${seat.name} does not acknowledge ${eventID}`)
    if (acks > 0 && seat.options.manual && !seat.acked.has(eventID) && !seat.acknowledgedLate.has(eventID))
      report('I9', `${seat.name} acknowledges ${eventID} by itself`)
  }
}
