// A report as a page of text: what failed first, then rule by rule, the counts last.
import type { Report, Result } from './run'

/** At most 80 columns wide. */
export function formatReport(report: Report): string {
  const { results, passed, failed, skipped, url, level, ms } = report
  const failing = results.filter(({ outcome }) => outcome === 'fail')
  const skipping = results.filter(({ outcome }) => outcome === 'skip')
  return [
    ...(failing.length > 0 ? ['Failed', '', ...failing.flatMap((result) => [...failure(result), ''])] : []),
    'Rule     passed  failed  skipped',
    ...rulesOf(results),
    '',
    ...(skipping.length > 0 ? ['Skipped', '', ...reasonsOf(skipping), ''] : []),
    ...fold(`${url}, level ${level}, ${(ms / 1_000).toFixed(1)} s`, ''),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n')
}

function rulesOf(results: readonly Result[]): string[] {
  return [...new Set(results.map(({ rule }) => rule))].map((rule) => {
    const count = (outcome: Result['outcome']) =>
      results.filter((result) => result.rule === rule && result.outcome === outcome).length
    const cell = (value: number, width: number) => (value === 0 ? '·' : String(value)).padStart(width)
    const failed = count('fail')
    const row = `${rule.padEnd(8)} ${cell(count('pass'), 6)}  ${cell(failed, 6)}  ${cell(count('skip'), 7)}`
    return failed > 0 ? `${row}  FAILED` : row
  })
}

function failure({ rule, title, detail = '', frames = [] }: Result): string[] {
  const head = rule.padEnd(8)
  return [...fold(title, head), ...fold(detail, INDENT), ...frames.flatMap(frameLines)]
}

// A frame is one long word: its lines break anywhere.
function frameLines(frame: string): string[] {
  return chunks(frame, WIDTH - INDENT.length - 2).map((part, at) => `${INDENT}${at === 0 ? '' : '  '}${part}`)
}

/** By reason: there are few of them. */
function reasonsOf(results: readonly Result[]): string[] {
  return [...new Set(results.map(({ detail = '' }) => detail))].flatMap((reason) => {
    const rules = new Set(results.filter(({ detail = '' }) => detail === reason).map(({ rule }) => rule))
    return [...fold(reason, ''), ...fold([...rules].join(', '), INDENT)]
  })
}

/** Words in lines of 80 columns; the first begins with `head`, the others with as many spaces. */
function fold(text: string, head: string): string[] {
  const room = WIDTH - head.length
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((long) => chunks(long, room))) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].map((part, at) => (at === 0 ? head : ' '.repeat(head.length)) + part)
}

function chunks(word: string, size: number): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(word.length / size)) }, (_, at) =>
    word.slice(at * size, (at + 1) * size),
  )
}

const INDENT = ' '.repeat(8)
const WIDTH = 80
