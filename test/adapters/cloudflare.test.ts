// What a Worker answers for objects that cannot. What they do themselves is seen in the real runtime.
import { cloudflare } from '@websockets.do/server-core/cloudflare'
import { expect, it } from 'vitest'

it('a request whose object fails is answered as any other failure is, and reported [EM-7, ER-1]', async () => {
  const told: string[] = []
  const { fetch } = cloudflare({ onError: (error, context) => void told.push(`${context}: ${String(error)}`) })
  const CHANNELS = {
    idFromName: (name: string) => name,
    get: () => ({ fetch: () => Promise.reject(new Error('Durable Object is overloaded.')) }),
  }
  const response = await fetch(new Request('https://any.test/room/emit', { method: 'POST', body: '1' }), { CHANNELS })
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({ success: false, error: { code: 'INTERNAL' } })
  expect(told).toEqual(['the object of channel room: Error: Durable Object is overloaded.'])
})
