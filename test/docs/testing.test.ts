// The guide to testing is true: its tests run, as a reader's would, under vitest with the set-up that it recommends.
import { describe, expect, it } from 'vitest'
import { runVitest } from '../support/child-vitest'
import { blocksOf } from './blocks'

const tests = blocksOf('docs/testing.md').filter(({ text }) => /import .*\bit\b.* from 'vitest'/.test(text))

describe('docs/testing.md', () => {
  it('shows tests that pass', { timeout: 60_000 }, async () => {
    expect(tests.length).toBeGreaterThanOrEqual(6)
    const files = Object.fromEntries(tests.map(({ at, text }) => [at.replace(/\W/g, '-'), text]))
    const { tests: ran, stderr } = await runVitest(files)
    expect(ran.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(ran).toHaveLength(tests.length)
    expect(stderr).toBe('')
  })
})
