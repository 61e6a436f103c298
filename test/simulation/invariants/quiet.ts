// I6, I13, I14: once the network works again everybody who wants to be is there, agrees with the rest, and has been answered.
import type { Seat } from '../seat'
import type { Stage } from '../stage'
import { difference } from './presence'

/** Close codes after which our client does not come back. */
const FINAL = new Set([4400, 4401, 4403, 4409])

export function checkConverged(stage: Stage): void {
  const { log, server, seats, promised, conditions } = stage
  for (const seat of seats) {
    checkStatus(stage, seat)
    for (const { what, settled } of seat.promised)
      if (!settled && what !== 'events()' && seat.channel.status.state === 'open')
        log.report('I13', `${what} is not settled`)
  }
  for (const { what, settled } of promised) if (!settled) log.report('I13', `${what} is not settled`)
  for (const { key, isSettled, via } of log.published.values())
    if (via !== 'client' && !isSettled()) log.report('I9', `${key} is not answered`)
  const own = new Set(seats.map(({ name }) => name))
  for (const { number, owner, socket, in: arrived, inText, sentText } of log.sockets) {
    if (socket.readyState !== 1 || !arrived.isWelcome) continue
    const listener = log.listeners.find(({ via }) => via === number)
    const isOver = !listener || listener.endedAt < Infinity
    // Who joined by hand does not watch over its connection.
    if (isOver && own.has(owner)) log.report('I7', `${arrived.name}: open here, and over at the server`)
    if (isOver) continue
    if (listener.outText.length > inText.length || listener.cameText.length < sentText.length)
      log.report('I13', `${arrived.name}: not all has arrived`)
  }
  for (const channel of conditions.channels) {
    const table = new Map(server.members(channel).map(({ clientID, presence }) => [clientID, JSON.stringify(presence)]))
    for (const seat of seats) {
      if (seat.options.channelName !== channel || seat.channel.status.state !== 'open') continue
      const { members } = seat.channel
      const shown = new Map(members.map(({ clientID, presence }) => [clientID, JSON.stringify(presence)]))
      const fault = difference(shown, table)
      if (fault) log.report('I6', `${seat.name}: ${fault}`)
      if (shown.size !== members.length) log.report('I7', `${seat.name} shows twins`)
      if (members[0] !== seat.channel.self) log.report('I6', `${seat.name} does not come first`)
    }
  }
  for (const { channel, reader, stream, closed } of stage.observers) {
    if (closed || !stream || stream.ended) continue
    const table = new Map(server.members(channel).map(({ clientID, presence }) => [clientID, JSON.stringify(presence)]))
    const fault = difference(reader.members, table)
    if (fault) log.report('I6', `${reader.name}: ${fault}`)
  }
}

/** Long after the last fault. */
export function checkOpen(stage: Stage): void {
  for (const seat of stage.seats) {
    const { status } = seat.channel
    // Who found no place may have to wait for somebody's grace to be over.
    const isWaiting = status.state === 'reconnecting' && status.reason.code === 'CHANNEL_FULL'
    if (!isWaiting) checkStatus(stage, seat)
  }
}

function checkStatus({ log, server, conditions }: Stage, seat: Seat): void {
  const { name, channel, isWanted, isClosed } = seat
  const { status } = channel
  if (isClosed) {
    if (status.state !== 'closed') log.report('I14', `${name} was closed, and is ${status.state}`)
    return
  }
  if (!isWanted) {
    if (status.state !== 'idle') log.report('I13', `${name} is ${status.state}, and nobody asked it to connect`)
    return
  }
  const isFull = server.members(channel.name).length >= conditions.maxMembers
  if (status.state === 'closed') {
    const { closeCode = 0 } = status.reason
    if (!FINAL.has(closeCode) && !/FORBIDDEN|REPLACED/.test(status.reason.code))
      log.report('I13', `${name} has given up: ${JSON.stringify(status.reason)}`)
  } else if (status.state !== 'open' && !isFull) {
    log.report('I13', `${name} is ${JSON.stringify(status)}, long after the last fault`)
  }
}

/** After everybody has closed everything. */
export function checkGone({ log, seats, promised, observers }: Stage): void {
  for (const { name, channel, promised: own, reads, heard } of seats) {
    if (channel.status.state !== 'closed') log.report('I14', `${name} is ${channel.status.state} after close()`)
    for (const { what, settled } of own) if (!settled) log.report('I13', `${what} of ${name} is never settled`)
    for (const { from, ids, wasStopped } of reads)
      if (!wasStopped && from + ids.length < heard.length) log.report('I3', `events() of ${name} ends after ${ids}`)
  }
  for (const { what, settled } of promised) if (!settled) log.report('I13', `${what} is never settled`)
  for (const { in: arrived, socket } of log.sockets)
    if (socket.readyState !== 3) log.report('I14', `${arrived.name} has a socket in state ${socket.readyState}`)
  for (const { reader, stream } of observers)
    if (stream && !stream.ended) log.report('I13', `the stream of ${reader.name} never ends`)
}
