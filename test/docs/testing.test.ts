// The guides to testing are true: their tests run, as a reader's would, under vitest with the set-up that it recommends.
import { describe, expect, it } from 'vitest'
import { runVitest } from '../support/child-vitest'
import { blocksOf } from './blocks'

describe.each([
  { path: 'docs/testing.md', least: 6 },
  { path: 'docs/react.md', least: 1 },
])('$path', ({ path, least }) => {
  it('shows tests that pass', { timeout: 60_000 }, async () => {
    const tests = blocksOf(path).filter(({ text }) => /import .*\bit\b.* from 'vitest'/.test(text))
    expect(tests.length).toBeGreaterThanOrEqual(least)
    const files = Object.fromEntries(
      tests.map(({ at, language, text }) => [`${at.replace(/\W/g, '-')}.test.${language}`, text]),
    )
    const { tests: ran, stderr } = await runVitest(files)
    expect(ran.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(ran).toHaveLength(tests.length)
    expect(stderr).toBe('')
  })
})
