// Compares what came with what was expected, and says in words where they differ.
import { ConformanceError } from './errors'

/** A place in an expected value that more than one value may take. */
export class Some {
  readonly what: string
  readonly test: (value: unknown) => boolean

  constructor(what: string, test: (value: unknown) => boolean) {
    this.what = what
    this.test = test
  }
}

export const text: Some = new Some('a string that is not empty', (value) => typeof value === 'string' && value !== '')
export const wholeNumber: Some = new Some('a whole number', (value) => Number.isInteger(value) && Number(value) >= 0)
export const positive: Some = new Some('a number above 0', (value) => typeof value === 'number' && value > 0)
export const absent: Some = new Some('nothing', (value) => value === undefined)
export const clientID: Some = new Some('client_ and 16 or more of A-Za-z0-9_-', (value) =>
  /^client_[\w-]{16,}$/.test(String(value)),
)
export const eventID: Some = new Some('evt_ and 16 or more of A-Za-z0-9_-', (value) =>
  /^evt_[\w-]{16,}$/.test(String(value)),
)

export function oneOf(...values: readonly unknown[]): Some {
  return new Some(`one of ${values.join(', ')}`, (value) => values.includes(value))
}

/** The same strings, in any order. */
export function inAnyOrder(...values: readonly string[]): Some {
  return new Some(`${show(values)} in any order`, (value) => {
    return Array.isArray(value) && difference(value.map(String).sort(), [...values].sort(), true, '') === undefined
  })
}

/** Every field of the pattern is there; what else is there does not matter. */
export function like(got: unknown, pattern: unknown, what: string): void {
  complain(difference(got, pattern, false, ''), what)
}

/** Nothing more and nothing less. */
export function same(got: unknown, expected: unknown, what: string): void {
  complain(difference(got, expected, true, ''), what)
}

export function isSame(got: unknown, expected: unknown): boolean {
  return difference(got, expected, true, '') === undefined
}

export function ok(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message)
}

/** A value within a value that may be anything. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let inner = value
  for (const step of path) {
    if (!isObject(inner)) return undefined
    inner = inner[step]
  }
  return inner
}

export function show(value: unknown): string {
  const shown = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown
}

function complain(fault: string | undefined, what: string): void {
  if (fault !== undefined) throw new ConformanceError(`${what}${fault}`)
}

function difference(got: unknown, pattern: unknown, exact: boolean, path: string): string | undefined {
  if (pattern instanceof Some) return pattern.test(got) ? undefined : differs(path, pattern.what, got)
  if (!isObject(pattern)) return Object.is(got, pattern) ? undefined : differs(path, show(pattern), got)
  if (!isObject(got) || Array.isArray(got) !== Array.isArray(pattern)) return differs(path, show(pattern), got)
  const names = Object.keys(pattern)
  const all = exact || Array.isArray(pattern)
  const more = all ? Object.keys(got).find((name) => !Object.hasOwn(pattern, name)) : undefined
  if (more !== undefined) return differs(`${path}.${more}`, 'nothing', got[more])
  for (const name of names) {
    const inner = Object.hasOwn(got, name) ? got[name] : undefined
    const fault = difference(inner, pattern[name], exact, `${path}.${name}`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function differs(path: string, expected: string, got: unknown): string {
  return `${path}: expected ${expected}, got ${show(got)}`
}

function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null
}

const MAX_SHOWN = 200
