// What the fall-back says: by POST, in order, and what becomes of it where that fails.
import { describe, expect, it } from 'vitest'
import { emit, joined } from './support/fallen-back'

describe('what a member without a WebSocket says', () => {
  it('goes by POST, with its session, one request after the other and all that has gathered in the next [LI-3, EM-9]', async () => {
    const { socket, posts, settled } = await joined()
    for (const n of [1, 2, 3]) socket.send(emit(n))
    await settled()
    expect(posts()).toHaveLength(1)
    const [first] = posts()
    expect([first?.url.href, first?.method]).toEqual(['https://server.test/base/a%2Flisten%3F/send?attempt=1', 'POST'])
    expect([first?.headers.get('session'), first?.keepalive]).toEqual(['secret', false])
    expect(first?.messages.map(({ payload }) => payload)).toEqual([1])
    first?.accept()
    await settled()
    expect(posts()[1]?.messages.map(({ payload }) => payload)).toEqual([2, 3])
    posts()[1]?.accept()
    await settled()
    socket.send(emit(4))
    expect(posts()).toHaveLength(3)
  })

  it('goes 100 messages at a time at most [LI-3]', async () => {
    const { socket, posts, settled } = await joined()
    for (let n = 0; n < 251; n++) socket.send(emit(n))
    for (let n = 0; n < 4; n++) {
      posts()[n]?.accept()
      await settled()
    }
    expect(posts().map(({ messages }) => messages.length)).toEqual([1, 100, 100, 50])
    expect(posts().flatMap(({ messages }) => messages.map(({ payload }) => payload))).toEqual(
      Array.from({ length: 251 }, (_item, n) => n),
    )
  })

  it.each([
    ['32 KiB', undefined, 32 * 1024],
    ['as much as 16 of the largest messages, where those are small', { maxMessageBytes: 1_000 }, 16_000],
  ])('goes %s of UTF-8 at a time at most [LI-3, LM-1]', async (_, limits, most) => {
    const { socket, posts, settled } = await joined(limits)
    for (let n = 0; n < 100; n++) socket.send(emit('€'.repeat(300)))
    for (let n = 0; n < 10; n++) {
      posts()[n]?.accept()
      await settled()
    }
    const sizes = posts().map(({ body }) => Buffer.byteLength(body))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most)
    expect(sizes[1]).toBeGreaterThan(most - 1_000)
    expect(posts().flatMap(({ messages }) => messages)).toHaveLength(100)
  })

  it('goes alone where it is larger than that [LI-3]', async () => {
    const { socket, posts, settled } = await joined()
    for (const size of [1, 1, 40_000, 1]) socket.send(emit('x'.repeat(size)))
    for (let n = 0; n < 4; n++) {
      posts()[n]?.accept()
      await settled()
    }
    expect(posts().map(({ messages }) => messages.length)).toEqual([1, 1, 1, 1])
  })

  it.each([
    ['the network fails', (r: any) => r.fail(), 1006],
    ['its session is gone', (r: any) => r.refuse(410, 'SESSION_GONE'), 1006],
    ['a proxy answers', (r: any) => r.html(502), 1006],
    ['a page to log in at comes', (r: any) => r.html(200), 1006],
    ['a proxy takes it', (r: any) => r.json(200, { success: true }), 1006],
  ])('is lost with its connection where %s, and nothing more is sent', async (_, answer, code) => {
    const { socket, stream, posts, heard, closed, settled } = await joined()
    for (const n of [1, 2, 3]) socket.send(emit(n))
    answer(posts()[0])
    await settled()
    socket.send(emit(4))
    await settled()
    expect([posts().length, heard, closed]).toMatchObject([1, [], [{ code }]])
    expect(stream.isAborted).toBe(true)
  })

  it.each([
    [429, 'RATE_LIMITED', 4429],
    [503, 'DRAINING', 1012],
    [500, 'INTERNAL', 1011],
    [403, 'BAD_ORIGIN', 4403],
    [400, 'BAD_PARAMETER', 1006],
  ])('is refused by %i %s as by a WebSocket that is closed with %i', async (status, code, closeCode) => {
    const { socket, posts, heard, closed, settled } = await joined()
    socket.send(emit(1))
    posts()[0]?.refuse(status, code, { retryAfterMs: 2_000 })
    await settled()
    expect(heard).toMatchObject([{ type: 'ERROR', payload: { code, retryAfterMs: 2_000 } }])
    expect(closed).toMatchObject([{ code: closeCode }])
  })

  it('is lost with its connection after 15 s without an answer, and is aborted', async () => {
    const { socket, posts, closed, clock, advance } = await joined()
    socket.send(emit(1))
    await advance(14_999)
    expect(closed).toEqual([])
    await advance(1)
    expect([closed, posts()[0]?.isAborted, clock.pending]).toMatchObject([[{ code: 1006 }], true, 0])
  })

  it.each([
    [400, 'BAD_PAYLOAD'],
    [413, 'PAYLOAD_TOO_LARGE'],
  ])('does not suffer from a neighbour that is refused by %i %s: they go one by one [CL-4]', async (status, code) => {
    const { socket, posts, heard, closed, settled } = await joined()
    socket.send(emit('first'))
    socket.send(emit('good', '2'))
    socket.send(emit('bad', '3'))
    socket.send('{"type":"PRESENCE","payload":{"bad":1}}')
    socket.send(emit('last', '5'))
    for (let n = 0; n < 6; n++) {
      const post = posts()[n]!
      if (post.body.includes('bad')) post.refuse(status, code)
      else post.accept()
      await settled()
    }
    socket.send(emit('later', '6'))
    expect(posts().map(({ messages }) => messages.length)).toEqual([1, 4, 1, 1, 1, 1, 1])
    expect(heard).toMatchObject([
      { type: 'EMITTED', payload: { success: false, ref: '3', error: { code } } },
      { type: 'ERROR', payload: { code } },
    ])
    expect(closed).toEqual([])
  })
})
