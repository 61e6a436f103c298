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
    const wanted = typeof pattern === 'string' ? { type: pattern } : pattern
    const pass = member.received.some((frame) => matches(this, frame, wanted))
    return {
      pass,
      message: () =>
        `expected the member ${this.isNot ? 'not ' : ''}to receive ${this.utils.printExpected(wanted)}\n` +
        `it received ${list(member.received.map((frame) => this.utils.printReceived(frame)))}`,
    }
  },

  /** Whether all of these have acknowledged what an emit is the answer to. */
  toHaveBeenAckedBy(this: MatcherContext, result: Acked, ...people: Someone[]): Verdict {
    if (result instanceof Promise) throw new TypeError('expected the answer of an emit: await it first')
    const acked = result.acked ?? []
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
    const { members } = peopled
    const present = (typeof members === 'function' ? members(channel) : members).map(({ clientID }) => clientID)
    const wanted = people.map(clientIDOf)
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

function list(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : `${items.length}:\n${items.map((item) => `  ${item}`).join('\n')}`
}

// Every field that the pattern names, and those of objects within it; what else is there does not matter.
function matches(context: MatcherContext, actual: unknown, pattern: unknown): boolean {
  if (!isPlain(pattern) || !isPlain(actual)) return context.equals(actual, pattern)
  return Object.entries(pattern).every(([key, wanted]) => matches(context, actual[key], wanted))
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
