// The simulation can fail: a fault that is put into the core or into the client is found, by the invariant that it breaks.
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Finding, hunt } from './hunt'
import type { Mutant } from './mutant'
import { MUTANTS } from './mutants'
import { SESSION_MUTANTS } from './mutants-of-sessions'
import { report } from './report'

const SEEDS = 80

/** Which fault the client has now. */
const faulty = vi.hoisted(() => ({ client: '' }))

vi.mock('mitt', async (original) => {
  const { default: mitt } = await original<{ default: () => any }>()
  return {
    default() {
      const emitter = mitt()
      const { emit } = emitter
      let count = 0
      return Object.assign(emitter, {
        emit(type: string, event: unknown) {
          emit(type, event)
          if (faulty.client === 'hears twice' && type === 'event' && ++count % 3 === 0) emit(type, event)
        },
      })
    },
  }
})

vi.mock(import('../../packages/client/src/backoff'), async (original) => {
  const { backoffMs } = await original()
  return { backoffMs: (...args) => (faulty.client === 'stays away' ? Infinity : backoffMs(...args)) }
})

vi.mock(import('../../packages/client/src/event'), async (original) => {
  const { createEvent, ...rest } = await original()
  return {
    ...rest,
    createEvent: (message, acknowledge) =>
      createEvent(message, (reply) => {
        if (faulty.client !== 'does not acknowledge') acknowledge(reply)
        if (faulty.client === 'acknowledges twice') acknowledge(reply)
      }),
  }
})

vi.mock(import('../../packages/client/src/presence'), async (original) => {
  const { reduce, ...rest } = await original()
  return {
    ...rest,
    reduce: (others, message) =>
      faulty.client === 'forgets nobody' && message.type === 'PRESENCE:LEFT'
        ? { others, news: [] }
        : reduce(others, message),
  }
})

vi.mock(import('../../packages/client/src/resumption'), async (original) => {
  const { createResumption } = await original()
  return {
    createResumption(since) {
      const resumption = createResumption(since)
      const { parameters, begin, isNew } = resumption
      /** Where CONNECTED put it. */
      let start: string | undefined
      return {
        ...resumption,
        parameters() {
          const asked = parameters()
          const [epoch, seq] = String(asked['since']).split(':')
          if (faulty.client === 'forgets its session') return { ...asked, session: 'new' }
          if (faulty.client === 'counts no attempts') return { ...asked, attempt: 1 }
          if (faulty.client === 'does not move') return { ...asked, since: start }
          if (faulty.client === 'moves too far' && seq) return { ...asked, since: `${epoch}:${Number(seq) + 1}` }
          return asked
        },
        begin(welcome, again) {
          start = `${welcome.epoch}:${welcome.seq}`
          const { awaiting: _, ...rest } = welcome
          const gap = begin(faulty.client === 'owes nothing' ? (rest as typeof welcome) : welcome, again)
          return faulty.client === 'tells no gap' ? undefined : gap
        },
        isNew: (message, again) => isNew(message, again) || faulty.client === 'hears repeats',
      }
    },
  }
})

vi.mock(import('../../packages/client/src/outbox'), async (original) => {
  const { createOutbox } = await original()
  return {
    createOutbox(settings, throttleMs, send) {
      const sent = new Set<string>()
      const outbox = createOutbox(settings, throttleMs, (text) => {
        const { type, ref, eventID } = JSON.parse(text)
        const isRepeat = type === 'EMIT' && sent.has(ref)
        if (type === 'EMIT') sent.add(ref)
        if (isRepeat && faulty.client === 'does not repeat') return
        send(isRepeat && faulty.client === 'repeats as another' ? text.replace(eventID, `${eventID}y`) : text)
      })
      return {
        ...outbox,
        add(encode, how) {
          const { signal, ...rest } = how
          if (faulty.client !== 'sends what was given up' || !signal) return outbox.add(encode, how)
          const emission = outbox.add(encode, rest)
          const given = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          if (signal.aborted) return outbox.add(encode, how)
          return Object.assign(Promise.race([emission, given]), {
            [Symbol.asyncIterator]: emission[Symbol.asyncIterator],
          })
        },
      }
    },
  }
})

const CLIENT_FAULTS: readonly (readonly [name: string, fault: string, ...breaks: string[]])[] = [
  ['a handler of the client is called twice', 'hears twice', 'I3'],
  ['the client does not come back', 'stays away', 'I13'],
  ['the client sends no ACK', 'does not acknowledge', 'I9'],
  ['the client sends each ACK twice', 'acknowledges twice', 'I9'],
  ['the client hears again what is repeated or replayed', 'hears repeats', 'I3'],
  ['the client goes on from where it began', 'does not move', 'I5'],
  ['the client goes on behind an event that it has not heard', 'moves too far', 'I5', 'I4', 'I3'],
  ['the client asks for a new session each time', 'forgets its session', 'I7'],
  ['the client does not count its attempts', 'counts no attempts', 'I14', 'I13'],
  ['the client tells of no gap', 'tells no gap', 'I4'],
  ['the client does not repeat an ACK that was lost', 'owes nothing', 'I9'],
  ['the client repeats an emit under another id', 'repeats as another', 'I3'],
  ['the client does not repeat an emit that was not answered', 'does not repeat', 'I13'],
  ['the client sends an emit that was given up', 'sends what was given up', 'I9'],
  ['the client keeps who has left in its list', 'forgets nobody', 'I8', 'I6'],
]

const mutants: readonly Mutant[] = [
  ...MUTANTS,
  ...SESSION_MUTANTS,
  ...CLIENT_FAULTS.map(([name, fault, ...breaks]) => ({
    name,
    breaks,
    put() {
      faulty.client = fault
      return () => void (faulty.client = '')
    },
  })),
]

async function find({ put, breaks }: Mutant): Promise<Finding | undefined> {
  const takeOut = put()
  try {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const finding = await hunt(seed, { twice: breaks.includes('I16') ? 1 : 0 })
      if (finding) return finding
    }
    return undefined
  } finally {
    takeOut()
  }
}

describe('a simulation', () => {
  const found = new Map<string, Finding | undefined>()

  // Outside of the tests, which would be asked for what their broken servers have left behind.
  beforeAll(async () => {
    for (const mutant of mutants) found.set(mutant.name, await find(mutant))
  }, 120_000)

  it.for(mutants)('finds that $name', async ({ name, breaks }, { annotate }) => {
    const finding = found.get(name)
    expect(finding, `within ${SEEDS} seeds`).toBeDefined()
    await annotate(`by seed ${finding?.seed}: ${finding?.violation.message}`)
    expect(breaks, finding?.violation.message).toContain(finding?.violation.invariant)
  })

  it('says what broke, by which seed, and how to see it again', () => {
    const [finding] = found.values()
    const told = finding ? report(finding) : ''
    expect(told).toContain(`seed ${finding?.seed} breaks ${finding?.violation.invariant}: `)
    expect(told).toContain(`npm run simulate -- --seed ${finding?.seed}`)
  })

  it('finds nothing once they are all taken out', async () => {
    expect(await hunt(1)).toBeUndefined()
  })
})
