// A sequence diagram in plain text, narrow enough for a terminal: one column for each client, the server on the right.
import type { Line } from './transcript'

/** `people` are the columns, from the left. */
export function drawDiagram(lines: readonly Line[], people: readonly string[]): string {
  if (lines.length === 0) return '(nothing was sent)'
  const columns = [...people, 'server']
  const widths = columns.map((column) => Math.max(MIN_COLUMN, column.length + 2))
  const centres = widths.map((width, at) => sum(widths.slice(0, at)) + (width >> 1))
  const total = sum(widths)
  const server = centres.at(-1) ?? 0
  const times = lines.map(({ entry }, nth) => (entry.at === lines[nth - 1]?.entry.at ? '' : timeOf(entry.at)))
  const margin = Math.max(...times.map(({ length }) => length))
  const room = Math.max(MIN_TEXT, MAX_WIDTH - margin - total - 2)

  const header = columns.map((column, at) => centred(column, widths[at] ?? 0)).join('')
  const drawn = lines.map(({ who, text, lost, entry: { direction, what } }, nth) => {
    const cells: string[] = Array.from({ length: total }, (_, at) => (centres.includes(at) ? '│' : ' '))
    const from = centres[people.indexOf(who)] ?? 0
    for (let at = from + 1; at < server; at++) cells[at] = cells[at] === '│' ? '┼' : '─'
    if (what === 'severed') for (let at = from + 2; at < server - 1; at++) cells[at] = at % 2 === 0 ? '╳' : ' '
    else if (lost) cells[direction === 'up' ? server - 2 : from + 2] = '╳'
    else cells[direction === 'up' ? server - 1 : from + 1] = direction === 'up' ? '▶' : '◀'
    return `${(times[nth] ?? '').padStart(margin)} ${cells.join('').trimEnd()}  ${fitted(text, room)}`
  })
  return [`${' '.repeat(margin)} ${header.trimEnd()}`, ...drawn].join('\n')
}

const MIN_COLUMN = 8
const MAX_WIDTH = 120
const MIN_TEXT = 40

/** `250 ms`, `12.5 ms`, `20 s`, `1:05.250 min`. */
function timeOf(ms: number): string {
  if (ms < 1_000) return `${Number(ms.toFixed(1))} ms`
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(3))} s`
  const seconds = ((ms % 60_000) / 1_000).toFixed(3).replace(/\.?0+$/, '')
  return `${Math.floor(ms / 60_000)}:${seconds.replace(/^\d(?!\d)/, '0$&')} min`
}

function fitted(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`
}

function centred(text: string, width: number): string {
  const before = (width >> 1) - (text.length >> 1)
  return (' '.repeat(Math.max(0, before)) + text).padEnd(width)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
