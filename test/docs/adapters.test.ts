// The guide to adapters is true: its own adapter is short, and keeps the whole protocol.
import { describe, expect, it } from 'vitest'
import { runVitest } from '../support/child-vitest'
import { blocksOf } from './blocks'

const blocks = blocksOf('docs/adapters.md').filter(({ name }) => name !== undefined)

describe('docs/adapters.md', () => {
  it('shows a whole adapter in less than 60 lines', () => {
    const lines =
      blocks
        .find(({ name }) => name === 'port-adapter.ts')
        ?.text.trim()
        .split('\n') ?? []
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.length).toBeLessThan(60)
  })

  it(
    'shows its test, which passes, and skips nothing but what it says and what waits for minutes',
    { timeout: 60_000 },
    async () => {
      const files = Object.fromEntries(blocks.map(({ name, text }) => [name, text]))
      expect(Object.keys(files)).toEqual(['port-adapter.ts', 'port.test.ts', 'port-page.ts'])
      const { tests, stderr } = await runVitest(files as Record<string, string>)
      expect(tests.filter(({ status }) => !['passed', 'skipped', 'pending'].includes(status))).toEqual([])
      expect(tests.length).toBeGreaterThan(200)
      expect(tests.filter(({ status }) => status !== 'passed').length).toBeLessThan(10)
      expect(stderr).toBe('')
    },
  )
})
