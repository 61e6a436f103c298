// The client's weight in a page, measured from its sources.
import { expect, it } from 'vitest'
import { clientBudget, measure } from '../scripts/size.mjs'

it('keeps the client within 4 kB of brotli', async () => {
  expect(clientBudget).toBe(4000)
  expect((await measure('client')).brotli).toBeLessThanOrEqual(clientBudget)
})
