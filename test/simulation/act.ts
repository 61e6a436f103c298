// Does what a step says: everything that people and programs do. Faults are in break.ts.
import type { EmitResult } from '@websockets.do/server-core'
import { breakNetwork } from './break'
import type { Published } from './log'
import { nth } from './nth'
import { observe, unobserve } from './observe'
import { payloadOf } from './payload'
import { catchUp, rawEmit, rawJoin, rawResume, rawSend } from './raw'
import type { Stage } from './stage'
import type { Step } from './steps'

export async function act(stage: Stage, step: Step): Promise<void> {
  const { server, log } = stage
  switch (step.do) {
    case 'open':
      return open(stage, step)
    case 'connect':
    case 'close':
    case 'closeClient':
    case 'history':
      return atSeat(stage, step.do, step.seat)
    case 'emit': {
      const seat = nth(stage.openSeats, step.seat)
      const ids = seat && stage.idsOf(step.emit.whom, seat.options.channelName)
      for (let left = seat ? step.times : 0; left > 0; left--) {
        const repeatable = seat?.emit(step.emit, ids, step.patience, step.repeatable)
        if (repeatable?.eventID) stage.requests.push(repeatable)
      }
      return
    }
    case 'signal':
      return nth(stage.clients, step.client)?.signal(step.signal)
    case 'presence':
      for (let left = step.times; left > 0; left--) nth(stage.openSeats, step.seat)?.present(step.how, step.padding)
      return
    case 'read':
      return nth(stage.openSeats, step.seat)?.read(step.take, step.stop)
    case 'late':
      return catchUp(stage, step.nth)
    case 'rawJoin':
      return rawJoin(stage, step)
    case 'rawResume':
      return rawResume(stage, step)
    case 'rawEmit':
      return rawEmit(stage, step)
    case 'rawSend':
      return rawSend(stage, step)
    case 'rawClose':
      return nth(stage.openRaws, step.raw)?.member.close(step.code)
    case 'observe':
      return observe(stage, step.device, step.channel, step.after)
    case 'unobserve':
      return unobserve(nth(stage.observers, step.observer))
    case 'publish':
      return publish(stage, step)
    case 'request':
      return request(stage, step)
    case 'again':
      return again(stage, step.nth)
    case 'program':
      return program(stage, step)
    case 'disconnect': {
      const channel = stage.channel(step.channel)
      const member = nth(server.members(channel), step.member)
      if (member && step.code === 'FORBIDDEN') log.dismissed.add(member.clientID)
      if (member) server.core().channel(channel).disconnect(member.clientID, { code: step.code })
      return
    }
    case 'advance':
      await server.advance(step.ms)
      return
    case 'skew':
      // What a stopped server had retained is as old by the wall clock as it seems to the next one.
      if (!stage.isUp && step.ms > 0) stage.forgotAt = stage.now
      return server.clock.stepWallClock(step.ms)
    case 'freeze':
      stage.frozenMs += step.ms
      return server.clock.freeze(step.ms)
    case 'stop':
      return await stage.stop(step.drainMs)
    case 'start':
      return stage.start(step.history)
    default:
      log.check()
      return breakNetwork(stage, step)
  }
}

type Of<Kind extends Step['do']> = Extract<Step, { readonly do: Kind }>

function open(stage: Stage, { client, channel, moods, manual, rewind, presence, connect }: Of<'open'>): void {
  const owner = nth(stage.clients, client)
  if (!owner) return
  const options = {
    throttleMs: stage.conditions.throttleMs,
    ...(rewind > 0 && { rewind }),
    ...(presence && { presence: { by: owner.name } }),
  }
  const seat = stage.openSeat(owner, stage.channel(channel), { moods, manual }, options)
  if (!connect) return
  seat.isWanted = true
  seat.channel.connect()
}

function atSeat(stage: Stage, how: 'connect' | 'close' | 'closeClient' | 'history', index: number): void {
  const seat = nth(stage.openSeats, index)
  if (!seat) return
  if (how === 'connect') seat.isWanted = true
  if (how === 'connect') seat.channel.connect()
  if (how === 'close') seat.close()
  if (how === 'closeClient') {
    for (const other of stage.openSeats) if (other.options.client === seat.options.client) other.isClosed = true
    seat.options.client.close()
  }
  if (how !== 'history') return
  const promise = { what: 'history()', settled: false }
  seat.promised.push(promise)
  const done = (error?: unknown): void => {
    stage.log.handed.add(error)
    promise.settled = true
  }
  seat.channel.history({ limit: 5 }).then(() => done(), done)
}

function publish(stage: Stage, { client, channel: index, emit }: Of<'publish'>): void {
  const owner = nth(stage.clients, client)
  const channel = stage.channel(index)
  const key = `publish${stage.promised.length}#0`
  const ids = stage.idsOf(emit.whom, channel)
  const published = stage.log.publish(key, channel, 'http', emit, ids)
  const promise = { what: key, settled: false }
  stage.promised.push(promise)
  published.isSettled = () => promise.settled
  const { requireAck, timeoutMs, whom } = emit
  const clients = whom.kind === 'some' ? whom.count : ids
  // Who does not want an echo gives up soon.
  const abort = new AbortController()
  if (!emit.echo) stage.server.clock.after(PATIENCE_MS, () => abort.abort())
  const options = { requireAck, timeoutMs, signal: abort.signal, ...(clients !== undefined && { clients }) }
  if (owner) follow(stage, published, promise, owner.client.publish(channel, payloadOf(key, emit), options))
}

/** A request that can be sent again, to the letter. */
function request(stage: Stage, { device, channel: index, by, emit }: Of<'request'>): void {
  const channel = stage.channel(index)
  const count = stage.requestsSent++
  const key = `http${count}#0`
  const ids = stage.idsOf(emit.whom, channel)
  const published = stage.log.publish(key, channel, 'http', emit, ids)
  const query = new URLSearchParams({ 'require-ack': String(emit.requireAck), _timeout: String(emit.timeoutMs) })
  if (emit.whom.kind !== 'everyone') query.set('clients', String(ids ?? (emit.whom as { count: number }).count))
  const eventID = by === 'id' ? `evt_request${String(count).padStart(12, '0')}` : undefined
  if (eventID !== undefined) query.set('_event-id', eventID)
  query.set('_token', 'secret')
  const headers: Record<string, string> = by === 'key' ? { 'idempotency-key': key } : {}
  const { fetch, url } = stage.machine(device).device
  const body = JSON.stringify(payloadOf(key, emit))
  const send = (): void => {
    const promise = { what: key, settled: false }
    stage.promised.push(promise)
    const before = published.isSettled
    published.isSettled = () => promise.settled && (published.attempts === 1 || before() || published.attempts > 1)
    fetch(`${url}/${channel}/emit?${query}`, { method: 'POST', headers, body, signal: stage.patience.signal })
      .then(async (response) => answered(stage, published, response))
      .catch((error: unknown) => stage.log.refuse(published, error))
      .finally(() => (promise.settled = true))
  }
  if (by !== 'nothing') stage.requests.push({ published, eventID, send, isReady: () => true })
  send()
}

/** The same request once more. Once the first is forgotten it is another event, of the same id [EM-8]. */
function again({ requests, conditions, now, forgotAt, plan, log }: Stage, index: number): void {
  const repeated = nth(requests, index)
  if (!repeated) return
  const { published, eventID, send, isReady } = repeated
  const isQuick = !/slow|fickle|expiring/.test(conditions.authorize + conditions.onEmit)
  const isPrompt = isQuick && isReady() && plan.steps.every(({ do: kind }) => !SLOWING.has(kind))
  const isYoung = now - published.at < conditions.maxAgeMs - DECISION_MS && forgotAt < published.at
  const isKnown = conditions.maxEvents >= 1_000 && conditions.maxTotalBytes > 1_000_000 && isPrompt && isYoung
  published.attempts++
  if (!isKnown) published.mayRecur = true
  if (!isKnown && eventID !== undefined) log.recurring.add(eventID)
  send()
}

const PATIENCE_MS = 20

/** What makes a request arrive late. */
const SLOWING = new Set(['hold', 'sleep', 'latency', 'freeze'])
/** As long as the hooks may take, and a little more. */
const DECISION_MS = 2_000

async function answered({ log }: Stage, published: Published, response: Response): Promise<void> {
  const result = await response.json()
  const isResult = response.status === 200 || response.status === 408
  if (result.success !== (response.status === 200))
    log.report('I9', `${published.key}: ${response.status} says success ${result.success}`)
  if (isResult) log.answer(published, result)
  else log.refuse(published, result.error)
}

/** The program's own emit, on the server that runs. */
function program(stage: Stage, { channel: index, emit, repeatable }: Of<'program'>): void {
  if (!stage.isUp) return
  const channel = stage.channel(index)
  const count = stage.programEmits++
  const key = `program#${count}`
  const ids = stage.idsOf(emit.whom, channel)
  const published = stage.log.publish(key, channel, 'program', emit, ids)
  const { requireAck, timeoutMs, whom } = emit
  const clients = whom.kind === 'some' ? whom.count : ids
  const eventID = repeatable ? `evt_program${String(count).padStart(12, '0')}` : undefined
  const options = { requireAck, timeoutMs, ...(clients !== undefined && { clients }), ...(eventID && { eventID }) }
  const send = (): void => {
    if (!stage.isUp) return
    const promise = { what: key, settled: false }
    stage.promised.push(promise)
    published.isSettled = () => promise.settled
    follow(stage, published, promise, stage.server.emit(channel, payloadOf(key, emit), options))
  }
  if (repeatable) stage.requests.push({ published, eventID, send, isReady: () => true })
  send()
}

/** Writes down what becomes of an emit. */
function follow(
  { log }: Stage,
  published: Published,
  promise: { settled: boolean },
  emission: Promise<EmitResult>,
): void {
  emission.then(
    (result) => {
      promise.settled = true
      log.answer(published, result)
    },
    (error: unknown) => {
      promise.settled = true
      log.refuse(published, error)
    },
  )
}
