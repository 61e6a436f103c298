// A page that would rather wait than be without.
import { dehydrate } from '@websockets.do/react/server'
import { expect, it, vi } from 'vitest'

it('waits as long as it takes for an infinite time', async ({ onTestFinished }) => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const fetch = async () => {
    await new Promise<void>((resolve) => void setTimeout(resolve, 30))
    return new Response('{"members":[]}')
  }
  const codes: string[] = []
  const options = { limit: 0, timeoutMs: Infinity, onError: ({ code }: { code: string }) => codes.push(code) }
  const state = dehydrate({ url: 'https://example.com', fetch }, ['room'], options)
  await vi.advanceTimersByTimeAsync(100)
  expect([await state, codes]).toEqual([{ version: 1, channels: [{ name: 'room', members: [] }] }, []])
})
