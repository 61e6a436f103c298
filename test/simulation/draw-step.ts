// Draws one step: what people do all the time, and the faults that are switched on.
import type { Dice } from './dice'
import type { Conditions } from './plan'
import type { Action, Emit, Mood, Scope, Step, Way, Whom } from './steps'

export type Weights = readonly (readonly [kind: string, weight: number])[]

/** Each fault, and how often it comes where it is switched on. */
export const FAULTS = {
  latency: 2,
  hold: 3,
  sever: 2,
  halfSever: 2,
  dropAfter: 2,
  stall: 1,
  partition: 1,
  sleep: 1,
  skew: 1,
  freeze: 1,
  stop: 1,
  repeat: 2,
  block: 2,
}

const ALWAYS = {
  open: 9,
  connect: 1,
  close: 1.5,
  closeClient: 0.3,
  history: 1,
  signal: 2,
  emit: 16,
  presence: 6,
  read: 1.5,
  late: 4,
  rawJoin: 4,
  rawResume: 5,
  rawEmit: 5,
  rawSend: 4,
  rawClose: 1.5,
  observe: 2,
  unobserve: 0.7,
  publish: 2,
  request: 2,
  again: 2,
  program: 4,
  disconnect: 1,
  advance: 10,
}

const MOODS: readonly Mood[] = [
  ...(['ack', 'ack', 'ack', 'nothing', 'nothing', 'late', 'late', 'nack', 'reply'] as const),
  ...(['throw', 'reject', 'reenter', 'unsubscribe', 'leave', 'flee', 'greet', 'greet'] as const),
]

/** What people do all the time, and these faults. */
export function withAlways(faults: Readonly<Record<string, number>>): Weights {
  return Object.entries({ ...ALWAYS, ...faults })
}

export function drawStep(draw: Dice, weights: Weights, conditions: Conditions): Step {
  let at = (draw.whole(0, 999_999) / 1_000_000) * weights.reduce((sum, [, weight]) => sum + weight, 0)
  const [kind = 'advance'] = weights.find(([, weight]) => (at -= weight) < 0) ?? []
  return { ...drawAction(draw, kind, conditions), settle: draw.chance(0.5) }
}

function drawAction(draw: Dice, kind: string, { devices, channels }: Conditions): Action {
  const any = (): number => draw.whole(0, 99)
  const device = draw.whole(0, devices.length - 1)
  const channel = draw.whole(0, channels.length - 1)
  const scope: Scope = draw.chance(0.3) ? 'all' : device
  const way: Way = draw.pick(['up', 'down', 'both'])
  switch (kind) {
    case 'open': {
      const moods = Array.from({ length: draw.whole(1, 4) }, () => draw.pick(MOODS))
      const rewind = draw.pick([0, 0, 0, 1, 5])
      const more = { manual: draw.chance(0.5), presence: draw.chance(0.5), connect: draw.chance(0.9) }
      return { do: 'open', client: draw.whole(0, 4), channel, moods, rewind, ...more }
    }
    case 'connect':
    case 'close':
    case 'closeClient':
    case 'history':
      return { do: kind, seat: any() }
    case 'emit':
      return {
        do: 'emit',
        seat: any(),
        times: draw.pick([1, 1, 1, 2, 9]),
        emit: drawEmit(draw),
        patience: draw.pick(['given', 'none', 'none', { abortMs: draw.pick([0, 1, 40, 700, 5_000]) }] as const),
        repeatable: draw.chance(0.2),
      }
    case 'signal':
      return { do: 'signal', client: draw.whole(0, 4), signal: draw.pick(['online', 'offline', 'wake']) }
    case 'presence': {
      const how = draw.pick(['set', 'update'] as const)
      return { do: 'presence', seat: any(), times: draw.pick([1, 1, 4]), how, padding: draw.pick([0, 0, 0, 2_500]) }
    }
    case 'read':
      return { do: 'read', seat: any(), take: draw.whole(1, 6), stop: draw.pick(['break', 'abort']) }
    case 'late':
      return { do: 'late', nth: any() }
    case 'rawJoin': {
      const acks = draw.pick(['auto', 'late', 'never'] as const)
      const more = { session: draw.chance(0.5), rewind: draw.pick([0, 0, 3]) }
      return { do: 'rawJoin', device, channel, pongs: draw.chance(0.8), acks, ...more }
    }
    case 'rawResume': {
      const attempt = draw.pick(['next', 'next', 'same', 'none'] as const)
      const since = draw.pick(['last', 'last', 'first', 'none'] as const)
      return { do: 'rawResume', device, raw: any(), attempt, since, twice: draw.chance(0.3) }
    }
    case 'rawEmit':
      return { do: 'rawEmit', raw: any(), progress: draw.chance(0.3), emit: drawEmit(draw) }
    case 'rawSend':
      return { do: 'rawSend', raw: any(), what: draw.pick(['presence', 'presence', 'garbage', 'ping', 'wrong ack']) }
    case 'rawClose':
      return { do: 'rawClose', raw: any(), code: draw.pick([1000, 4000]) }
    case 'observe':
      return { do: 'observe', device, channel, after: draw.chance(0.5) ? any() : undefined }
    case 'unobserve':
      return { do: 'unobserve', observer: any() }
    case 'publish':
      return { do: 'publish', client: draw.whole(0, 4), channel, emit: drawEmit(draw) }
    case 'request':
      return { do: 'request', device, channel, by: draw.pick(['key', 'id', 'nothing']), emit: drawEmit(draw) }
    case 'again':
      return { do: 'again', nth: any() }
    case 'program':
      return { do: 'program', channel, repeatable: draw.chance(0.4), emit: drawEmit(draw) }
    case 'disconnect': {
      const code = draw.pick(['FORBIDDEN', 'PING_TIMEOUT', 'UNAUTHORIZED', 'REPLACED', 'INTERNAL'] as const)
      return { do: 'disconnect', channel, member: any(), code }
    }
    case 'latency':
      return { do: 'latency', scope, ms: draw.pick([0, 5, 80, 900]), jitter: draw.pick([0, 20, 300]) }
    case 'hold':
      return { do: draw.chance(0.4) ? 'hold' : 'release', scope, way: draw.pick([way, 'both']) }
    case 'sever':
      return { do: 'sever', scope, end: 'both', muteMs: draw.pick([0, 0, 300, 2_500]) }
    case 'halfSever':
      return { do: 'sever', scope, end: draw.pick(['client', 'server']), muteMs: 0 }
    case 'dropAfter':
      return { do: 'dropAfter', scope, frames: draw.whole(0, 6), how: draw.pick(['sever', 'sever', 'stall']), way }
    case 'repeat':
      return { do: 'repeat', scope, frames: draw.whole(1, 4), way }
    case 'stall':
      return { do: 'stall', scope, way }
    case 'partition':
      return { do: draw.chance(0.5) ? 'partition' : 'heal', scope }
    case 'block': {
      const how = draw.pick(['refuse', 'swallow'] as const)
      return { do: 'block', scope, how: draw.chance(0.6) ? how : undefined, sever: draw.chance(0.7) }
    }
    case 'sleep':
      return { do: draw.chance(0.4) ? 'sleep' : 'wake', device }
    case 'skew':
      return { do: 'skew', ms: draw.pick([-3_600_000, 3_600_000]) }
    case 'freeze':
      return { do: 'freeze', ms: draw.pick([10, 2_000, 60_000]) }
    case 'stop':
      if (draw.chance(0.5)) return { do: 'start', history: draw.chance(0.7) }
      return { do: 'stop', drainMs: draw.pick([0, 0, 3_000]) }
    default:
      return {
        do: 'advance',
        ms: draw.pick([1, 30, 300, 300, 2_000, 2_000, 9_000, ...(draw.chance(0.1) ? [300_000] : [])]),
      }
  }
}

function drawEmit(draw: Dice): Emit {
  return {
    named: draw.chance(0.5),
    requireAck: draw.chance(0.45),
    whom: drawWhom(draw),
    timeoutMs: draw.pick([1, 500, 3_000, 5_000, 20_000]),
    echo: draw.chance(0.7),
    padding: draw.pick([0, 0, 0, 0, 400, 1_000]),
  }
}

function drawWhom(draw: Dice): Whom {
  if (draw.chance(0.6)) return { kind: 'everyone' }
  if (draw.chance(0.5)) return { kind: 'some', count: draw.whole(0, 3) }
  const members = Array.from({ length: draw.whole(1, 3) }, () => draw.whole(0, 9))
  return { kind: 'these', members, stranger: draw.chance(0.2) }
}
