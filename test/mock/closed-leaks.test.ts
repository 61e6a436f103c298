// A mock server that was closed for good: its clock stands still, so what is set on it afterwards is nobody's leak.
import { createMockServer } from '@websockets.do/server-core/mock'
import { expect, it } from 'vitest'

it('finds no leak in what a component sets as it is unmounted after that', async () => {
  const server = createMockServer()
  await server.close()
  server.clock.after(1_000, () => undefined)
  expect(server.leaks().found).toEqual([])
  expect(() => server.assertNoLeaks()).not.toThrow()
})
