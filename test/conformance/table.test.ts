// The table in docs/conformance.md is what `npm run conformance` writes, has every rule, and is not older than the cases.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { adapterCases, conformanceCases, notSeen } from '@websockets.do/server-core/conformance'
import { describe, expect, it } from 'vitest'
import { BEGIN, END, type Result, rulesOf, tableIn, tableOf, withTable } from '../../scripts/conformance-table.mjs'
import { root } from '../docs/blocks'
import { targets } from './targets'

const document = readFileSync(join(root, 'docs/conformance.md'), 'utf8')
const rules = rulesOf(readFileSync(join(root, 'docs/protocol.md'), 'utf8'))
const table = tableIn(document)
const [head = [], , ...rows] = table
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
const reasons = table.split('\n').flatMap((line) => /^\d+\. (.*)\.$/.exec(line)?.[1] ?? [])

/** What a cell says, as results again. */
function resultsOf(rule: string, cell: string): Result[] {
  const passed = Array.from({ length: Number(/✓ (\d+)/.exec(cell)?.[1] ?? 0) }, () => ({
    rule,
    outcome: 'pass' as const,
  }))
  const why = Array.from(cell.matchAll(/\((\d+)\)/g), ([, number]) => reasons[Number(number) - 1] ?? '')
  const isSeen = [...conformanceCases, ...adapterCases].some((one) => one.rule === rule)
  return [...passed, ...(isSeen ? why.map((detail) => ({ rule, outcome: 'skip' as const, detail })) : [])]
}

describe('the table of runtimes', () => {
  it('has every rule, each target, and nothing that failed', () => {
    expect(rows.map(([rule]) => rule)).toEqual(rules)
    expect(head).toEqual(['rule', ...targets.map(({ name }) => name)])
    for (const [, ...cells] of rows) for (const cell of cells) expect(cell).toMatch(/^(✓ \d+)?( ?\(\d+\))*$/)
    for (const [, ...cells] of rows) expect(cells).not.toContain('')
    expect(table).not.toContain('there is no case')
  })

  it('is written as the script writes it', () => {
    const columns = head.slice(1).map((name, at) => ({
      name,
      results: rows.flatMap(([rule = '', ...cells]) => resultsOf(rule, cells[at] ?? '')),
    }))
    const lower = (text: string) => text.toLowerCase()
    expect(lower(tableOf(rules, columns, notSeen))).toBe(lower(table))
    expect(withTable(document, table)).toBe(document)
  })

  it('counts the cases that there are: a rule that was run in full has all of them', () => {
    const node = head.indexOf('Node')
    for (const [rule, ...cells] of rows) {
      const count = [...conformanceCases, ...adapterCases].filter((one) => one.rule === rule).length
      if (count > 0) expect(`${rule} ${cells[node - 1]}`).toBe(`${rule} ✓ ${count}`)
    }
  })
})

describe('the table that the script makes', () => {
  const result = (rule: string, outcome: Result['outcome'], detail = '') => ({ rule, outcome, detail })

  it('counts what passed, shows what failed, and numbers the reasons of what was not run', () => {
    const columns = [
      {
        name: 'one',
        results: [result('CH-1', 'pass'), result('CH-1', 'pass'), result('CH-2', 'fail'), result('CH-2', 'pass')],
      },
      {
        name: 'two',
        results: [result('CH-1', 'pass'), result('CH-1', 'skip', 'it can’t'), result('CH-2', 'skip', 'it can’t')],
      },
    ]
    expect(tableOf(['CH-1', 'CH-2', 'CH-3'], columns, [{ rule: 'CH-3', why: 'nobody sees it' }])).toBe(
      [
        '| rule | one | two |',
        '| --- | --- | --- |',
        '| CH-1 | ✓ 2 | ✓ 1 (1) |',
        '| CH-2 | ✗ | (1) |',
        '| CH-3 | (2) | (2) |',
        '',
        '1. It can’t.',
        '2. Nobody sees it.',
      ].join('\n'),
    )
  })

  it('takes the place of the one before, and leaves all else', () => {
    const text = `before\n\n${BEGIN}\n\nold\n\n${END}\n\nafter\n`
    expect(tableIn(text)).toBe('old')
    expect(withTable(text, 'new')).toBe(text.replace('old', 'new'))
    expect(() => withTable('no markers', 'new')).toThrow('expected')
  })
})
