// Every rule of docs/protocol.md that is not planned for later is named in the title of at least one test, and no test names a rule that is none.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './blocks'

const protocol = readFileSync(join(root, 'docs/protocol.md'), 'utf8')
const rules = Array.from(
  protocol.matchAll(/^- \*\*([A-Z]+)-(\d+a?)(?: to [A-Z]+-(\d+))?\*\*( \*Planned:\*)?/gm),
  ({ 1: part = '', 2: first = '', 3: last, 4: planned }) => {
    const numbers =
      last === undefined
        ? [first]
        : Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at)
    return numbers.map((number) => ({ id: `${part}-${number}`, planned: planned !== undefined }))
  },
).flat()

const titles = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.test\.tsx?$|contract\.ts$/.test(path))
  .flatMap(
    (path) =>
      readFileSync(join(root, 'test', path), 'utf8').match(/\[[A-Z]+\d*-?\d+a?(?:, [A-Z]+\d*-?\d+a?)*\]/g) ?? [],
  )
const named = new Set(titles.flatMap((ids) => ids.slice(1, -1).split(', ')))

describe('the rules of the protocol', () => {
  it('are there, each once', () => {
    expect(rules.length).toBeGreaterThan(50)
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  })

  it('are each named by at least one test', () => {
    expect(rules.filter(({ id, planned }) => !planned && !named.has(id)).map(({ id }) => id)).toEqual([])
  })

  it('are the only ones that tests name, beside the invariants I1 to I18', () => {
    const known = new Set(rules.map(({ id }) => id))
    expect([...named].filter((id) => !known.has(id) && !/^I\d+$/.test(id))).toEqual([])
  })
})
