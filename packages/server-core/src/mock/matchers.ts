// What a test asserts of a mock server's members and answers, told so that a failure says what was there instead.

/** Whoever has a clientID: a raw member, a client's channel, or the id itself. */
export type Someone =
  | string
  | { readonly clientID: string }
  | { readonly self: { readonly clientID: string } | undefined }

/** A frame's type, or some of its fields as `expect(…).toMatchObject` takes them. */
export type FramePattern = string | Readonly<Record<string, unknown>>

/** What vitest and jest hand to a matcher, as far as it is needed. */
export interface MatcherContext {
  readonly isNot?: boolean
  readonly utils: { printExpected(value: unknown): string; printReceived(value: unknown): string }
  equals(actual: unknown, expected: unknown, testers?: unknown[]): boolean
}

export interface Verdict {
  readonly pass: boolean
  message(): string
}

interface Receiver {
  readonly received: readonly object[]
}

interface Acked {
  readonly acked?: readonly string[] | undefined
}

type Peopled =
  | { members(channel: string): readonly { readonly clientID: string }[] }
  | { readonly members: readonly { readonly clientID: string }[] }

/** For `expect.extend(matchers)`, in any runner whose matchers are like jest's. */
export const matchers = {
  /** Whether a frame of that kind has arrived at a raw member. */
  toReceive(this: MatcherContext, member: Receiver, pattern: FramePattern): Verdict {
    if (!Array.isArray(member?.received)) throw new TypeError('expected a member that server.connect() gave')
    const wanted = typeof pattern === 'string' ? { type: pattern } : pattern
    const pass = member.received.some((frame) => matches(this, frame, wanted))
    return {
      pass,
      message: () =>
        `expected the member ${this.isNot ? 'not ' : ''}to receive ${this.utils.printExpected(wanted)}\n` +
        `it received ${frames(member.received, wanted['type'])}`,
    }
  },

  /** Whether all of these have acknowledged what an emit is the answer to. */
  toHaveBeenAckedBy(this: MatcherContext, result: Acked, ...people: Someone[]): Verdict {
    if (result instanceof Promise) throw new TypeError('expected the answer of an emit: await it first')
    if (people.length === 0) throw new TypeError('expected at least one member, channel or clientID')
    const acked = result?.acked ?? []
    const pass = people.every((someone) => acked.includes(clientIDOf(someone)))
    return {
      pass,
      message: () =>
        `expected the event ${this.isNot ? 'not ' : ''}to have been acknowledged by ${list(people.map(clientIDOf))}\n` +
        `the answer is ${this.utils.printReceived(result)}`,
    }
  },

  /** Whether these, and nobody else, are in a channel: `expect(server).toHaveMembers('room', [ada])`, `expect(channel).toHaveMembers([ada])`. */
  toHaveMembers(
    this: MatcherContext,
    peopled: Peopled,
    ...given: [channel: string, people: readonly Someone[]] | [people: readonly Someone[]]
  ): Verdict {
    const [channel, people] = given.length === 2 ? given : ['', given[0]]
    const { members } = peopled ?? {}
    const isServer = typeof members === 'function'
    if (!isServer && !Array.isArray(members)) throw new TypeError('expected a mock server, or a channel of a client')
    if (isServer !== (given.length === 2)) {
      throw new TypeError(isServer ? "expected (channel's name, people)" : 'expected the people alone, of a channel')
    }
    const present = (isServer ? members(channel) : members).map(({ clientID }) => clientID)
    const wanted = [...new Set(people.map(clientIDOf))]
    const pass = present.length === wanted.length && wanted.every((clientID) => present.includes(clientID))
    return {
      pass,
      message: () => `expected the members ${this.isNot ? 'not ' : ''}to be ${list(wanted)}\nthey are ${list(present)}`,
    }
  },
}

function clientIDOf(someone: Someone): string {
  if (typeof someone === 'string') return someone
  const clientID = 'clientID' in someone ? someone.clientID : someone.self?.clientID
  return clientID ?? '(somebody who is not connected)'
}

/** What came, by type; those of the wanted type in full, or else the last few. */
function frames(received: readonly object[], wantedType: unknown): string {
  if (received.length === 0) return 'nothing'
  const counts = new Map<string, number>()
  for (const frame of received) {
    const { type } = frame as { readonly type?: unknown }
    counts.set(String(type), (counts.get(String(type)) ?? 0) + 1)
  }
  const summary = Array.from(counts, ([type, count]) => `${count} ${type}`).join(', ')
  const like = received.filter((frame) => (frame as { readonly type?: unknown }).type === wantedType)
  const shown = (like.length > 0 ? like : received).slice(-MAX_FRAMES)
  return `${received.length}: ${summary}\n${shown.map((frame) => `  ${cut(JSON.stringify(frame))}`).join('\n')}`
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`
}

const MAX_FRAMES = 10
const MAX_CHARACTERS = 300

function list(items: readonly string[]): string {
  return items.length === 0 ? 'nobody' : `${items.length}:\n${items.map((item) => `  ${item}`).join('\n')}`
}

// Every field that the pattern names, and those of objects within it; what else is there does not matter.
function matches(context: MatcherContext, actual: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern) && Array.isArray(actual)) {
    return pattern.length === actual.length && pattern.every((wanted, at) => matches(context, actual[at], wanted))
  }
  if (!isPlain(pattern) || !isPlain(actual)) return context.equals(actual, pattern)
  return Object.entries(pattern).every(([key, wanted]) => key in actual && matches(context, actual[key], wanted))
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
