// fetch in memory: given up, cut off, read slowly, and asked in all the ways in which a program may ask.
import { describe, expect, it } from 'vitest'
import { mockServer, outcomeOf } from './mock-server'

const sse = { headers: { accept: 'text/event-stream' } }

describe('fetch in memory', () => {
  it.each([
    ['a text', (url: string) => url],
    ['a URL', (url: string) => new URL(url)],
    ['a Request', (url: string) => new Request(url)],
    ['a path', () => '/room/members'],
  ])('takes %s', async (_what, input) => {
    const server = mockServer()
    const response = await server.fetch(input(`${server.url}/room/members`))
    expect([response.status, await response.json()]).toEqual([200, { members: [] }])
  })

  it('takes a Request with a body, and what is given beside it', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    const request = new Request(`${server.url}/room/emit`, { method: 'POST', body: '"of the request"' })
    expect((await server.fetch(request)).status).toBe(200)
    expect(request.bodyUsed).toBe(true)
    const other = new Request(`${server.url}/room/emit`, { method: 'POST', body: '"never sent"' })
    expect((await server.fetch(other, { body: '"given beside"' })).status).toBe(200)
    await server.settled()
    expect(member.data).toEqual(['of the request', 'given beside'])
  })

  it('rejects what is no URL with a TypeError', async () => {
    const server = mockServer()
    await expect(server.fetch('http://[')).rejects.toThrow(TypeError)
  })

  it.each(['before', 'on the way up', 'on the way down'])(
    'rejects with the signal’s reason: aborted %s',
    async (when) => {
      const server = mockServer({ network: { latency: 10 } })
      const controller = new AbortController()
      if (when === 'before') controller.abort(new Error('mine'))
      const init = { method: 'POST', body: '1', signal: controller.signal }
      const answer = outcomeOf(server.fetch(`${server.url}/room/emit`, init))
      await server.advance(when === 'on the way down' ? 15 : 5)
      controller.abort(new Error('mine'))
      await server.settled()
      expect(String(answer.value)).toBe('Error: mine')
      // What was sent is not taken back.
      expect(server.history('room')).toHaveLength(when === 'before' ? 0 : 1)
      expect(server.network.connected()).toEqual([])
    },
  )

  it.each([
    ['/room/members', {}],
    ['/room/members?x=1#fragment', {}],
    ['/room/listen', sse],
  ])('says where it came from: %s', async (path, init) => {
    const server = mockServer({ url: 'http://mock.test/base' })
    const controller = new AbortController()
    const response = await server.fetch(server.url + path, { ...init, signal: controller.signal })
    expect(response.url).toBe(`${server.url}${path.replace('#fragment', '')}`)
    expect(response.redirected).toBe(false)
    controller.abort()
  })

  it('goes on to the end when it is aborted after that', async () => {
    const server = mockServer()
    const controller = new AbortController()
    const response = await server.fetch(`${server.url}/room/members`, { signal: controller.signal })
    controller.abort()
    expect(await response.json()).toEqual({ members: [] })
  })
})

describe('a stream in memory', () => {
  it('that is cancelled is over for the server too [LI-2]', async () => {
    const server = mockServer()
    const response = await server.fetch(`${server.url}/room/listen`, sse)
    expect(server.core().stats().observers).toBe(1)
    await response.body!.cancel()
    await server.settled()
    expect(server.core().stats().observers).toBe(0)
    expect(server.network.connected()).toEqual([])
  })

  it.each(['aborted', 'severed'])('that is %s fails for its reader, and is over for the server', async (how) => {
    const server = mockServer()
    const controller = new AbortController()
    const response = await server.fetch(`${server.url}/room/listen`, { ...sse, signal: controller.signal })
    const reader = response.body!.getReader()
    await reader.read()
    const next = outcomeOf(reader.read())
    if (how === 'aborted') controller.abort()
    else server.network.sever()
    await server.settled()
    expect(next).toMatchObject({ state: 'rejected', value: { name: how === 'aborted' ? 'AbortError' : 'TypeError' } })
    expect(server.core().stats().observers).toBe(0)
  })

  it('that nobody reads stops the flow, and its listener is a slow consumer in the end [LM-1]', async () => {
    const server = mockServer({ limits: { maxBufferedBytes: 20_000 } })
    await server.fetch(`${server.url}/room/listen`, sse)
    for (let n = 0; n < 40 && server.core().stats().observers > 0; n++) {
      void server.emit('room', 'x'.repeat(1_000))
      await server.settled()
    }
    expect(server.core().stats().observers).toBe(0)
  })

  it('that is read late brings everything, in order', async () => {
    const server = mockServer({ network: { latency: 5, jitter: 20 } })
    const asked = server.fetch(`${server.url}/room/listen`, sse)
    await server.settled()
    for (let n = 0; n < 30; n++) void server.emit('room', n)
    await server.settled()
    const reader = (await asked).body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const reading = (async () => {
      for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value
    })()
    for (let turn = 0; turn < 40; turn++) await server.settled()
    const numbers = Array.from(text.matchAll(/"payload":(\d+)/g), ([, n]) => Number(n))
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n))
    await server.stop({ drainMs: 0 })
    for (let turn = 0; turn < 5; turn++) await server.settled()
    await reading
    expect(text).toContain('DRAINING')
  })

  it('has no more under way than it may where chunks arrive twice', async () => {
    const server = mockServer()
    const response = await server.fetch(`${server.url}/room/listen`, sse)
    server.network.set({ repeat: 1 })
    const reader = response.body!.getReader()
    for (let n = 0; n < 50; n++) {
      void server.emit('room', n)
      const reads = [reader.read(), reader.read()]
      await server.settled()
      await Promise.all(reads)
    }
    server.network.set({ repeat: 0 })
    const before = server.transcript().split('\n').length
    for (let n = 0; n < 50; n++) {
      void server.emit('room', n)
      await server.settled()
    }
    expect(server.transcript().split('\n').length - before).toBeLessThanOrEqual(4)
    await reader.cancel()
  })
})
