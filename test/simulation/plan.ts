// A seed's plan: the conditions it is lived under, and the list of its steps, as plain data.
import { seededRandom } from '@websockets.do/server-core/mock'
import { type Dice, dice } from './dice'
import { drawStep, FAULTS, type Weights, withAlways } from './draw-step'
import type { Step } from './steps'

export interface Conditions {
  readonly devices: readonly { readonly rate: number; readonly aheadMs: number }[]
  readonly channels: readonly string[]
  /** How the clients come by their tokens. */
  readonly tokens: 'none' | 'fixed' | 'function' | 'flaky' | 'slow'
  readonly authorize: 'none' | 'instant' | 'slow' | 'fickle' | 'expiring'
  /** What each client connects by: WebSockets, the fall-back alone, or that where WebSockets fail. */
  readonly transports: readonly Transport[]
  readonly onEmit: 'none' | 'instant' | 'slow' | 'fickle'
  readonly maxMembers: number
  readonly graceMs: number
  /** What a channel of a client keeps at most for later. */
  readonly outbox: number
  readonly messageBurst: number
  readonly maxBufferedBytes: number
  readonly maxEvents: number
  readonly maxAgeMs: number
  /** Of all that is retained; a channel may have two thirds of it. */
  readonly maxTotalBytes: number
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly backoff: { readonly minMs: number; readonly maxMs: number }
  readonly connectTimeoutMs: number
  readonly throttleMs: number
}

export type Transport = 'socket' | 'events' | 'either'

export interface Plan {
  readonly seed: number
  readonly conditions: Conditions
  readonly steps: readonly Step[]
}

export function planOf(seed: number): Plan {
  const draw = dice(seededRandom(mixed(seed)))
  const conditions = drawConditions(draw)
  const weights = drawWeights(draw, conditions)
  const length = draw.whole(30, 80)
  const steps = Array.from({ length }, () => drawStep(draw, weights, conditions))
  return { seed, conditions, steps }
}

/** All 53 bits of a seed count, and neighbours have nothing in common. */
function mixed(seed: number): number {
  const high = Math.floor(seed / 2 ** 32)
  return Math.imul(seed >>> 0, 2_654_435_761) ^ Math.imul(high, 2_246_822_519)
}

/** As most lives have it, or the first choice where none is the most common. */
export const USUAL: Conditions = {
  devices: [{ rate: 1, aheadMs: 0 }],
  channels: ['room'],
  tokens: 'none',
  authorize: 'none',
  onEmit: 'none',
  transports: ['socket', 'socket', 'socket', 'socket', 'socket'],
  maxMembers: 1_000,
  graceMs: 30_000,
  outbox: 1_000,
  messageBurst: 200,
  maxBufferedBytes: 1_048_576,
  maxEvents: 1_000,
  maxAgeMs: 10_000,
  maxTotalBytes: 67_108_864,
  intervalMs: 4_000,
  timeoutMs: 3_000,
  backoff: { minMs: 500, maxMs: 30_000 },
  connectTimeoutMs: 10_000,
  throttleMs: 50,
}

function drawConditions(draw: Dice): Conditions {
  // What a client sends again, all at once, has to fit into what may wait for it: otherwise it is cut off for it each time.
  const isTight = draw.chance(1 / 3)
  const authorize = draw.pick(['none', 'none', 'instant', 'slow', 'fickle', 'expiring'] as const)
  return {
    devices: Array.from({ length: draw.whole(1, 3) }, () => ({
      // Not so fast that a server which pings in time seems silent.
      rate: draw.pick([1, 1, 1, 0.9, 1.1]),
      aheadMs: draw.pick([0, 0, 1_000_000]),
    })),
    channels: draw.chance(0.6) ? ['room'] : ['room', '__proto__'],
    tokens: authorize === 'none' ? 'none' : draw.pick(['none', 'fixed', 'function', 'flaky', 'slow'] as const),
    authorize,
    onEmit: draw.pick(['none', 'none', 'instant', 'slow', 'fickle'] as const),
    transports: drawTransports(draw),
    maxMembers: draw.pick([1_000, 1_000, 3]),
    graceMs: draw.pick([30_000, 30_000, 2_000, 0]),
    outbox: isTight ? 3 : draw.pick([1_000, 1_000, 3]),
    messageBurst: draw.pick([200, 200, 5]),
    maxBufferedBytes: isTight ? 8_000 : 1_048_576,
    maxEvents: draw.pick([1_000, 1_000, 5, 0]),
    maxAgeMs: draw.pick([10_000, 10_000, 2_000]),
    maxTotalBytes: draw.pick([67_108_864, 67_108_864, 3_000]),
    intervalMs: draw.pick([4_000, 20_000]),
    timeoutMs: draw.pick([3_000, 15_000]),
    backoff: draw.pick([
      { minMs: 500, maxMs: 30_000 },
      { minMs: 200, maxMs: 2_000 },
    ]),
    connectTimeoutMs: draw.pick([10_000, 3_000]),
    throttleMs: draw.pick([50, 50, 0]),
  }
}

/** In half of the lives nobody has heard of a fall-back. */
function drawTransports(draw: Dice): readonly Transport[] {
  const choices: readonly Transport[] = draw.chance(0.5) ? ['socket'] : ['socket', 'events', 'either', 'either']
  return Array.from({ length: CLIENTS }, () => draw.pick(choices))
}

export const CLIENTS = 5

/** In many seeds most faults are absent, so that each is seen alone and with few others. */
function drawWeights(draw: Dice, { transports }: Conditions): Weights {
  const weights: Record<string, number> = {}
  const share = draw.pick([0, 0.2, 0.2, 0.6])
  for (const [fault, weight] of Object.entries(FAULTS)) {
    weights[fault] = draw.chance(share) ? weight * draw.pick([0.5, 1, 3]) : 0
  }
  // Who can fall back gets to, as a rule.
  if (transports.includes('either') && draw.chance(0.7)) weights['block'] = FAULTS.block * 3
  return withAlways(weights)
}
