// Members by hand, who speak the protocol as they like: how they join, come back to their place, and what they say.
import { RawMember } from '@websockets.do/server-core/mock'
import { nth } from './nth'
import { payloadOf } from './payload'
import type { Raw, Stage } from './stage'
import type { Step } from './steps'

type Of<Kind extends Step['do']> = Extract<Step, { readonly do: Kind }>

/** Somebody acknowledges what was left for later. */
export function catchUp({ openSeats, openRaws, log }: Stage, index: number): void {
  const who = nth([...openSeats, ...openRaws.filter(({ acks }) => acks === 'late')], index)
  if (!who) return
  if ('catchUp' in who) return who.catchUp()
  const done = new Set(
    log.sockets.find(({ socket }) => socket === who.member.socket)?.sent.map((sent) => sent?.payload?.eventID),
  )
  for (const { eventID, requires_ack: isAwaited } of who.member.of('DATA') as any[])
    if (isAwaited && !done.has(eventID)) who.member.ack(eventID, eventID.endsWith('3') ? { error: 'no' } : {})
}

export function rawJoin(stage: Stage, { device, channel, pongs, acks, session, rewind }: Of<'rawJoin'>): void {
  const name = `r${stage.raws.length + 1}`
  const query = new URLSearchParams({ presence: JSON.stringify({ by: name }), token: 'secret' })
  if (session) query.set('session', 'new')
  if (session) query.set('attempt', '0')
  if (rewind > 0) query.set('rewind', String(rewind))
  connect(stage, name, device, stage.channel(channel), query, { pongs, acks, attempt: 0 })
}

/** Back to the place of a former connection, if that is still there: by a session that it was told. */
export function rawResume(stage: Stage, { device, raw: index, attempt, since, twice }: Of<'rawResume'>): void {
  const known = nth(
    stage.raws.filter(({ member }) => member.of('CONNECTED')[0]?.payload.session !== undefined),
    index,
  )
  if (!known) return
  const { channel, acks, member } = known
  const { session, epoch, seq } = member.of('CONNECTED')[0]?.payload ?? {}
  const last = member.last('DATA')?.['seq'] ?? seq
  for (let left = twice ? 2 : 1; left > 0; left--) {
    const query = new URLSearchParams({ token: 'secret', session })
    if (attempt === 'next') known.attempt++
    if (attempt !== 'none') query.set('attempt', String(known.attempt))
    if (since !== 'none') query.set('since', `${epoch}:${since === 'last' ? last : seq}`)
    const name = `r${stage.raws.length + 1}`
    connect(stage, name, device, channel, query, { pongs: member.autoPong, acks, attempt: known.attempt })
  }
}

function connect(
  stage: Stage,
  name: string,
  device: number,
  channel: string,
  query: URLSearchParams,
  { pongs, acks, attempt }: Pick<Raw, 'acks' | 'attempt'> & { readonly pongs: boolean },
): void {
  const Socket = stage.socketFor(device, name)
  const socket = new Socket(`${stage.server.url.replace('http', 'ws')}/${channel}/listen?${query}`)
  const member = new RawMember(socket, { autoPong: pongs, autoAck: acks === 'auto' })
  stage.raws.push({ name, channel, member, acks, emits: 0, attempt })
}

export function rawEmit(stage: Stage, { raw: index, progress, emit }: Of<'rawEmit'>): void {
  const raw = nth(stage.openRaws, index)
  if (!raw) return
  const key = `${raw.name}#${raw.emits++}`
  const ids = stage.idsOf(emit.whom, raw.channel)
  const published = stage.log.publish(key, raw.channel, 'raw', emit, ids)
  const { requireAck, timeoutMs: timeout, echo, whom } = emit
  const clients = whom.kind === 'some' ? whom.count : ids
  raw.member.emit(payloadOf(key, emit), { requires_ack: requireAck, timeout, echo, clients, progress, ref: key })
  const isAnswered = (): boolean => raw.member.of('EMITTED').some(({ payload }) => payload.ref === key)
  const opened = stage.log.sockets.find(({ socket }) => socket === raw.member.socket)
  const isOver = (): boolean =>
    stage.log.listeners.some(({ via, endedAt }) => via === opened?.number && endedAt < Infinity)
  published.isSettled = () => isAnswered() || raw.member.socket.readyState !== 1 || isOver()
}

export function rawSend({ openRaws, log }: Stage, { raw: index, what }: Of<'rawSend'>): void {
  const raw = nth(openRaws, index)
  if (!raw) return
  if (what === 'presence') raw.member.setPresence({ by: raw.name, n: raw.emits++ })
  if (what === 'garbage') raw.member.sendText(nth(GARBAGE, raw.emits++) ?? '')
  if (what === 'ping') raw.member.send({ type: 'PING' })
  // Of an event that was somebody else's, or is over.
  if (what === 'wrong ack')
    for (const { answers } of log.published.values()) {
      const [answer] = answers
      if (answer?.result.eventID) return raw.member.ack(answer.result.eventID, { error: 'wrong' })
    }
}

const GARBAGE = ['', '[]', '{"type":1}', '{"type":"NEW"}', '{"type":"EMIT"}', '{"type":"PRESENCE","payload":3}']
