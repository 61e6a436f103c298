// The table of rules and runtimes in docs/conformance.md: what it says, and where it stands.

/**
 * @typedef {{ rule: string, outcome: 'pass' | 'fail' | 'skip', detail?: string }} Result
 * @typedef {{ name: string, results: readonly Result[] }} Column
 */

export const BEGIN = '<!-- The table: written by `npm run conformance`. -->'
export const END = '<!-- The end of the table. -->'

/**
 * The ids of all rules, in their order.
 * @param {string} protocol the text of docs/protocol.md
 */
export function rulesOf(protocol) {
  return Array.from(protocol.matchAll(/^- \*\*([A-Z]+-\d+a?)\*\*/gm), ([, rule = '']) => rule)
}

/**
 * One row a rule, one column a runtime: how many cases passed, ✗ where one failed, and in brackets why some or all were not run.
 * @param {readonly string[]} rules
 * @param {readonly Column[]} columns
 * @param {readonly { rule: string, why: string }[]} notSeen
 */
export function tableOf(rules, columns, notSeen) {
  /** @type {string[]} */
  const reasons = []
  /** @param {string} reason */
  const number = (reason) => {
    if (!reasons.includes(reason)) reasons.push(reason)
    return `(${reasons.indexOf(reason) + 1})`
  }
  const rows = rules.map((rule) => {
    const cells = columns.map(({ results }) => {
      const own = results.filter((result) => result.rule === rule)
      if (own.length === 0) return number(notSeen.find((one) => one.rule === rule)?.why ?? 'there is no case')
      if (own.some(({ outcome }) => outcome === 'fail')) return '✗'
      const passed = own.filter(({ outcome }) => outcome === 'pass').length
      const skipped = own.flatMap(({ outcome, detail = '' }) => (outcome === 'skip' ? [detail] : []))
      const why = [...new Set(skipped)].map(number)
      return [...(passed > 0 ? [`✓ ${passed}`] : []), ...why].join(' ')
    })
    return `| ${[rule, ...cells].join(' | ')} |`
  })
  const names = columns.map(({ name }) => name)
  const head = [`| ${['rule', ...names].join(' | ')} |`, `| ${['rule', ...names].map(() => '---').join(' | ')} |`]
  return [...head, ...rows, '', ...reasons.map((reason, at) => `${at + 1}. ${sentence(reason)}`)].join('\n')
}

/**
 * The document with another table.
 * @param {string} text
 * @param {string} table
 */
export function withTable(text, table) {
  const { before, after } = around(text)
  return `${before}\n\n${table}\n\n${after}`
}

/**
 * What stands between the markers.
 * @param {string} text
 */
export function tableIn(text) {
  return around(text).table
}

/** @param {string} text */
function around(text) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`expected "${BEGIN}" and "${END}" in the document`)
  const from = begin + BEGIN.length
  return { before: text.slice(0, from), table: text.slice(from, end).trim(), after: text.slice(end) }
}

/** @param {string} reason */
function sentence(reason) {
  return `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`
}
