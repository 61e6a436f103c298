import { afterEach, describe, expect, it, vi } from 'vitest'
import { dialled, emit, joined, welcome } from './support/fallen-back'

const close = { type: 'CLOSE', code: 1000 }

afterEach(() => vi.unstubAllGlobals())

describe('the stream', () => {
  it('is asked for as a member, and brings what a WebSocket would [LI-3]', async () => {
    const { stream, heard, closed, settled } = await dialled()
    expect(stream.url.href).toBe('https://server.test/base/a%2Flisten%3F/listen?session=new&attempt=1&member=true')
    expect([stream.method, stream.headers.get('accept')]).toEqual(['GET', 'text/event-stream'])
    stream.open()
    stream.event(welcome)
    stream.write(': still here\n\nevent: PING\ndata: {"type":"PING"}\n\n')
    await settled()
    expect([heard, closed]).toEqual([[welcome, { type: 'PING' }], []])
  })

  it('that ends or breaks is a connection that was lost: 1006', async () => {
    for (const how of ['end', 'break'] as const) {
      const { stream, closed, clock, advance } = await joined()
      stream[how]()
      await advance(0)
      expect([closed, clock.pending]).toMatchObject([[{ code: 1006 }], 0])
    }
  })

  it.each([
    ['REPLACED', 4409],
    ['UNAUTHORIZED', 4401],
    ['FORBIDDEN', 4403],
    ['PING_TIMEOUT', 4408],
    ['DRAINING', 1012],
    ['RATE_LIMITED', 4429],
    ['UNKNOWN_TYPE', 1006],
    ['toString', 1006],
    [undefined, 1006],
  ])('that ends after the ERROR %s closes as a WebSocket would have: %i [LI-3]', async (code, closeCode) => {
    const { stream, heard, closed, settled } = await joined()
    stream.event({ type: 'ERROR', payload: { code, message: 'x' } })
    stream.end()
    await settled()
    expect([heard.length, closed]).toMatchObject([1, [{ code: closeCode }]])
  })

  it('that ends after something else has come says nothing of an ERROR before', async () => {
    const { stream, closed, settled } = await joined()
    stream.event({ type: 'ERROR', payload: { code: 'FORBIDDEN' } })
    stream.event({ type: 'PING' })
    stream.end()
    await settled()
    expect(closed).toMatchObject([{ code: 1006 }])
  })

  it.each([
    [400, 'BAD_PARAMETER', 4400],
    [401, 'UNAUTHORIZED', 4401],
    [403, 'FORBIDDEN', 4403],
    [404, 'NOT_FOUND', 4404],
    [413, 'PAYLOAD_TOO_LARGE', 1009],
    [429, 'RATE_LIMITED', 4429],
    [500, 'INTERNAL', 1011],
    [503, 'CHANNEL_FULL', 1013],
    [503, 'DRAINING', 1012],
    [418, 'OF_THE_FUTURE', 4418],
    [599, 'OF_THE_FUTURE', 1013],
  ])('that is refused by %i %s tells why, and closes by %i [LI-3, LI-6]', async (status, code, closeCode) => {
    const { stream, heard, closed, settled } = await dialled()
    stream.refuse(status, code, { retryAfterMs: 1_500 })
    await settled()
    expect(heard).toMatchObject([{ type: 'ERROR', payload: { code, retryAfterMs: 1_500 } }])
    expect([closed, stream.isAborted]).toMatchObject([[{ code: closeCode }], true])
  })

  it('that is refused by 409 may have been asked for twice, by a browser or a proxy: it is only lost [RS-6]', async () => {
    const { stream, heard, closed, settled } = await dialled()
    stream.refuse(409, 'REPLACED')
    await settled()
    expect([heard, closed]).toMatchObject([[], [{ code: 1006 }]])
  })

  it.each([
    ['a page of 403', (r: any) => r.html(403)],
    ['a page of 404', (r: any) => r.html(404)],
    ['a page of 400', (r: any) => r.html(400)],
    ['a page to log in at', (r: any) => r.html(200)],
    ['nothing', (r: any) => r.respond(null, { status: 204 })],
    ['JSON of its own', (r: any) => r.json(403, { error: { code: 403, message: 'PERMISSION_DENIED' } })],
    ['JSON of its own, in a word', (r: any) => r.json(403, { success: false, error: 'FORBIDDEN' })],
    ['null', (r: any) => r.respond('null', { status: 403, headers: { 'content-type': 'application/json' } })],
    ['half of it', (r: any) => r.respond('{"succ', { status: 403, headers: { 'content-type': 'application/json' } })],
    ['no connection', (r: any) => r.fail()],
  ])('is only lost where %s comes: a proxy has no say in whether to go on', async (_, answer) => {
    const { stream, heard, closed, settled } = await dialled()
    answer(stream)
    await settled()
    expect([heard, closed, stream.isAborted]).toMatchObject([[], [{ code: 1006 }], true])
  })

  it('comes back when a proxy says so', async () => {
    const { stream, closed, settled } = await dialled()
    stream.html(503, { 'retry-after': '7' })
    await settled()
    expect(closed).toEqual([{ code: 1006, reason: 'HTTP 503, retry-after=7000' }])
  })

  it('is lost where fetch throws at once: whoever made it hears of it', async () => {
    const { eventStream } = await import('@websockets.do/client/event-stream')
    const { VirtualClock } = await import('@websockets.do/server-core/mock')
    const Socket = eventStream(() => {
      throw new TypeError('not allowed')
    }, new VirtualClock())
    const told = vi.fn()
    new Socket('ws://server.test/room/listen?session=new').addEventListener('close', told)
    await Promise.resolve()
    await Promise.resolve()
    expect(told.mock.calls).toEqual([[{ type: 'close', code: 1006, reason: 'TypeError: not allowed' }]])
  })
})

describe('a close', () => {
  it('with 1000 says goodbye after what was said before, and hears no more [LI-3, RS-5]', async () => {
    const { socket, stream, posts, heard, closed, clock, settled } = await joined()
    for (const n of [1, 2]) socket.send(emit(n))
    socket.close(1000)
    socket.close(4000)
    socket.send(emit(3))
    posts()[0]?.accept()
    await settled()
    expect(posts()[1]?.messages).toMatchObject([{ payload: 2 }, close])
    expect([posts()[1]?.keepalive, stream.isAborted, heard, closed]).toEqual([true, true, [], []])
    posts()[1]?.accept()
    await settled()
    expect([posts().length, clock.pending]).toEqual([2, 0])
  })

  it.each([
    ['fails', (r: any) => r.fail()],
    ['is refused', (r: any) => r.refuse(400, 'BAD_PAYLOAD')],
  ])('with 1000 says goodbye also where what it said before %s, and once where that does', async (_, answer) => {
    const { socket, posts, clock, settled } = await joined()
    for (const n of [1, 2]) socket.send(emit(n))
    socket.close()
    answer(posts()[0])
    await settled()
    expect(posts()[1]?.messages).toEqual([close])
    answer(posts()[1])
    await settled()
    expect([posts().length, clock.pending]).toEqual([2, 0])
  })

  it('with 1000 says goodbye also where a POST hangs, within 15 s', async () => {
    const { socket, posts, clock, advance } = await joined()
    socket.send(emit(1))
    socket.close()
    await advance(15_000)
    expect(posts()[1]?.messages).toEqual([close])
    await advance(15_000)
    expect([posts().length, clock.pending]).toEqual([2, 0])
  })

  it('with any other code lets go of everything without a word, and keeps the session [RS-5]', async () => {
    const { socket, stream, posts, closed, clock, settled } = await joined()
    for (const n of [1, 2]) socket.send(emit(n))
    socket.close(4000)
    await settled()
    expect([posts().length, posts()[0]?.isAborted, stream.isAborted]).toEqual([1, true, true])
    expect([closed, clock.pending]).toEqual([[], 0])
  })

  it('before CONNECTED says goodbye as soon as it knows as who [RS-5]', async () => {
    const { socket, stream, posts, heard, closed, clock, settled } = await dialled()
    socket.close()
    stream.open()
    stream.event(welcome)
    await settled()
    expect([posts().map(({ messages }) => messages), stream.isAborted, stream.isCancelled]).toEqual([
      [[close]],
      true,
      true,
    ])
    posts()[0]?.accept()
    await settled()
    expect([heard, closed, clock.pending]).toEqual([[], [], 0])
  })

  it.each([
    ['comes', async () => {}],
    ['is refused', async ({ stream }: any) => stream.refuse(503, 'CHANNEL_FULL')],
    ['fails', async ({ stream }: any) => stream.fail()],
  ])('before CONNECTED waits 10 s at most for one that never %s [I11]', async (_, how) => {
    const script = await dialled()
    script.socket.close()
    await how(script)
    await script.advance(10_000)
    expect([script.stream.isAborted, script.closed, script.heard]).toEqual([true, [], []])
    expect([script.clock.pending, script.posts()]).toEqual([0, []])
  })

  it('with 4000 before CONNECTED aborts the request', async () => {
    const { socket, stream, clock, closed, settled } = await dialled()
    socket.close(4000)
    await settled()
    expect([stream.isAborted, clock.pending, closed]).toEqual([true, 0, []])
  })

  it('by whoever hears that it ended says no goodbye: another connection may have its session by now [RS-6]', async () => {
    const { socket, stream, posts, settled } = await joined()
    socket.addEventListener('close', () => socket.close(1000))
    stream.event({ type: 'ERROR', payload: { code: 'REPLACED' } })
    stream.end()
    await settled()
    expect(posts()).toEqual([])
  })
})

describe('a page that is left', () => {
  /** A page, as far as the fall-back sees it. */
  function page() {
    const target = new EventTarget()
    vi.stubGlobal('addEventListener', target.addEventListener.bind(target))
    vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target))
    return {
      hide: (persisted: boolean) => target.dispatchEvent(Object.assign(new Event('pagehide'), { persisted })),
    }
  }

  it('says 1001 at once, whatever is under way [RS-5]', async () => {
    const { hide } = page()
    const { socket, posts } = await joined()
    socket.send(emit(1))
    hide(false)
    expect(posts()[1]).toMatchObject({ keepalive: true, messages: [{ type: 'CLOSE', code: 1001 }] })
  })

  it('says so where its stream broke just before, as browsers do it', async () => {
    const { hide } = page()
    const { stream, posts, settled, advance } = await joined()
    stream.break()
    await settled()
    hide(false)
    expect(posts()).toMatchObject([{ messages: [{ type: 'CLOSE', code: 1001 }] }])
    await advance(0)
    hide(false)
    expect(posts()).toHaveLength(1)
  })

  it('says nothing where it may come back', async () => {
    const { hide } = page()
    const { posts } = await joined()
    hide(true)
    expect(posts()).toEqual([])
  })

  it('is no longer listened to once the connection is over [I10]', async () => {
    const { hide } = page()
    const { socket, posts } = await joined()
    socket.close(1000)
    posts()[0]?.accept()
    const { socket: another, posts: ofAnother } = await joined()
    another.close(4000)
    const { stream, posts: ofThird, settled } = await joined()
    stream.end()
    await settled()
    hide(false)
    expect([posts().length, ofAnother().length, ofThird().length]).toEqual([1, 0, 0])
  })
})
