// A sequence diagram in plain text, narrow enough for a terminal: one column for each client, the server on the right.
import type { Entry } from './transcript'

export function drawDiagram(entries: readonly Entry[]): string {
  if (entries.length === 0) return '(nothing was sent)'
  const people = [...new Set(entries.map(({ who }) => who))]
  const columns = [...people, 'server']
  const widths = columns.map((column) => Math.max(MIN_COLUMN, column.length + 2))
  const centres = widths.map((width, at) => sum(widths.slice(0, at)) + (width >> 1))
  const total = sum(widths)
  const server = centres.at(-1) ?? 0
  const times = entries.map(({ at }) => `${at % 1 === 0 ? at : at.toFixed(1)} ms`)
  const margin = Math.max(...times.map(({ length }) => length)) + 1

  const header = columns.map((column, at) => centred(column, widths[at] ?? 0)).join('')
  const lines = entries.map(({ who, direction, text, lost, what }, nth) => {
    const line: string[] = Array.from({ length: total }, (_, at) => (centres.includes(at) ? '│' : ' '))
    const from = centres[people.indexOf(who)] ?? 0
    for (let at = from + 1; at < server; at++) line[at] = what === 'severed' ? '╳' : '─'
    if (lost) line[(from + server) >> 1] = '╳'
    else if (what !== 'severed' && direction === 'up') line[server - 1] = '▶'
    else if (what !== 'severed') line[from + 1] = '◀'
    return `${(times[nth] ?? '').padStart(margin)} ${line.join('')}  ${text}`
  })
  return [`${' '.repeat(margin)} ${header.trimEnd()}`, ...lines].join('\n')
}

const MIN_COLUMN = 8

function centred(text: string, width: number): string {
  const before = (width >> 1) - (text.length >> 1)
  return (' '.repeat(Math.max(0, before)) + text).padEnd(width)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
