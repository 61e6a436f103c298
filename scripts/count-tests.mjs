// Reads vitest's JSON report into three numbers, and why tests were skipped.
import { existsSync, readFileSync } from 'node:fs'

/**
 * A file that could not be loaded counts as one failure, and so does a run that failed without a failing test.
 * @param {string} report path of the report
 * @param {number} code vitest's exit code
 */
export function countTests(report, code) {
  const counts = { passed: 0, failed: 0, skipped: 0, reasons: /** @type {Map<string, number>} */ (new Map()) }
  if (existsSync(report)) {
    for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) addFile(counts, file)
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

/**
 * @param {{ passed: number, failed: number, skipped: number, reasons: Map<string, number> }} counts
 * @param {{ status: string, assertionResults: { status: string, meta?: { why?: string } }[] }} file
 */
function addFile(counts, file) {
  let failed = 0
  for (const { status, meta } of file.assertionResults) {
    if (status === 'passed') counts.passed++
    else if (status === 'failed') failed++
    else {
      counts.skipped++
      const why = meta?.why ?? 'left out, or not installed: see above'
      counts.reasons.set(why, (counts.reasons.get(why) ?? 0) + 1)
    }
  }
  counts.failed += file.status === 'failed' ? Math.max(failed, 1) : failed
}
