// What a server asks for before it renders, and what becomes of a page when it is refused, or when nobody answers.
import { createServer } from '@websockets.do/server-core'
import { dehydrate, serialize } from '@websockets.do/react/server'
import { describe, expect, it, vi } from 'vitest'
import { createWorld } from '../support/world'

const readable = { history: { readable: true } }

describe('dehydrate', () => {
  it('tells who is there, what was said, and from where on the page has to listen [HI-1, MB-1]', async () => {
    const world = createWorld(readable)
    const member = await world.connect('room', { query: '?presence={"name":"Bob"}' })
    const { epoch } = member.last('CONNECTED')!.payload
    member.emit('one')
    await world.settled()
    await world.request(`/room/emit?clients=${member.clientID}`, { method: 'POST', body: '"private"' })
    const state = await dehydrate(world, ['room', 'empty', 'room'])
    expect(state).toEqual({
      version: 1,
      channels: [
        {
          name: 'room',
          members: [{ clientID: member.clientID, presence: { name: 'Bob' } }],
          history: {
            events: [expect.objectContaining({ seq: 1, payload: 'one', from: member.clientID })],
            isAll: true,
            since: `${epoch}:2`,
          },
        },
        { name: 'empty', members: [], history: { events: [], isAll: true, since: 'null:0' } },
      ],
    })
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    expect(world.clock.pending).toBe(1)
  })

  it('asks for the newest of each channel, as many as it is told, and says whether there are more', async () => {
    const world = createWorld(readable)
    for (const n of [1, 2, 3]) await world.emit('room', n)
    const payloads = async (limit: number) => {
      const { history } = (await dehydrate(world, ['room'], { limit })).channels[0]!
      return history && [history.events.map(({ payload }) => payload), history.isAll]
    }
    expect(await payloads(2)).toEqual([[2, 3], false])
    expect(await payloads(4)).toEqual([[1, 2, 3], true])
    expect(await payloads(0)).toBeUndefined()
  })

  it('asks a server of the same process without a network', async () => {
    const server = createServer(readable)
    await server.channel('a/b').emit({ hello: 'world' })
    const { channels } = await dehydrate(
      { url: 'http://in.process', fetch: (input, init) => server.fetch(new Request(input, init)) },
      ['a/b'],
    )
    expect(channels).toMatchObject([
      { name: 'a/b', members: [], history: { events: [{ payload: { hello: 'world' } }] } },
    ])
    await server.close()
  })

  it.each([
    ['a text', 'right'],
    ['a function', () => 'right'],
    ['a function that takes its time', async () => 'right'],
  ])('brings the token: %s [OR-2]', async (_, token) => {
    const world = createWorld({ authorize: ({ token: given }) => given === 'right' || { refuse: 'UNAUTHORIZED' } })
    const { channels } = await dehydrate({ ...world, token }, ['room'])
    expect(channels).toMatchObject([{ members: [], history: { events: [] } }])
  })

  it('takes an address of ws, and one that ends in a slash', async () => {
    const world = createWorld(readable)
    const url = `${world.url.replace('http', 'ws')}/`
    expect((await dehydrate({ ...world, url }, ['room'])).channels).toMatchObject([{ members: [] }])
  })
})

describe('dehydrate, where something can not be had', () => {
  it('gives the members alone where the history may not be read, and says so [OR-3]', async () => {
    const world = createWorld()
    await world.connect('room')
    const onError = vi.fn()
    const { channels } = await dehydrate(world, ['room'], { onError })
    expect(channels).toEqual([{ name: 'room', members: [expect.anything()] }])
    expect(onError.mock.calls).toEqual([
      [expect.objectContaining({ code: 'FORBIDDEN', status: 403 }), { name: 'room', part: 'history' }],
    ])
  })

  it('gives the history alone where the members may not be seen [OR-3]', async () => {
    const world = createWorld({ authorize: ({ action }) => action === 'history' })
    const onError = vi.fn()
    const { channels } = await dehydrate(world, ['room'], { onError })
    expect(channels).toEqual([{ name: 'room', history: { events: [], isAll: true, since: 'null:0' } }])
    expect(onError).toHaveBeenCalledOnce()
  })

  it.each([
    ['nobody answers', () => Promise.reject(new TypeError('fetch failed')), 'CONNECTION_LOST'],
    ['a proxy does', async () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 'CONNECTION_LOST'],
    ['it answers with something else', async () => Response.json({ hello: 'world' }), 'BAD_MESSAGE'],
    ['it answers with nothing', async () => Response.json(null), 'BAD_MESSAGE'],
    ['it fails', async () => Response.json(null, { status: 500 }), 'INTERNAL'],
  ])('leaves a page that can be rendered when %s', async (_, fetch, code) => {
    const world = createWorld()
    const onError = vi.fn()
    const state = await dehydrate({ ...world, fetch }, ['room'], { onError })
    expect(state).toEqual({ version: 1, channels: [{ name: 'room' }] })
    expect(onError.mock.calls.map(([error, { part }]) => [error.code, part])).toEqual([
      [code, 'history'],
      [code, 'members'],
    ])
  })

  it('waits no longer than it is told, also for a fetch that does not hear of it', async () => {
    const world = createWorld()
    const onError = vi.fn()
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch = (_: unknown, init?: RequestInit) => {
      signals.push(init?.signal)
      return new Promise<Response>(() => undefined)
    }
    const ended = vi.fn()
    void dehydrate({ ...world, fetch }, ['room'], { onError }).then(ended)
    await world.advance(1_999)
    expect(ended).not.toHaveBeenCalled()
    await world.advance(1)
    expect(ended).toHaveBeenCalledWith({ version: 1, channels: [{ name: 'room' }] })
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['TIMEOUT', 'TIMEOUT'])
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
    expect(world.clock.pending).toBe(0)
  })

  it('tells the console, if nobody else, once for each code', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await dehydrate({ url: 'nowhere' }, ['room', 'other'])
    await dehydrate(createWorld(), ['room', 'other'])
    expect(said.mock.calls).toEqual([
      [expect.stringMatching('without the history of "room"'), expect.objectContaining({ code: 'CONNECTION_LOST' })],
      [expect.stringMatching('without the history of "room"'), expect.objectContaining({ code: 'FORBIDDEN' })],
    ])
    said.mockRestore()
  })

  it('rejects with what `onError` throws, for whoever would rather have no page', async () => {
    const onError = (error: Error) => {
      throw error
    }
    await expect(dehydrate({ url: 'nowhere' }, ['room'], { onError })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    })
  })
})

describe('serialize', () => {
  const payload = {
    html: '</script><script>alert(1)</script><!-- ',
    lines: 'one\u2028two\u2029three',
    text: 'é 🎉 \\u003c "quoted" \u0000',
    ['__proto__']: 1,
  }

  it('writes what ends no script, as HTML or as JavaScript, and reads as what it was', async () => {
    const world = createWorld(readable)
    const name = '</script>'
    await world.connect(encodeURIComponent(name), { query: `?presence=${encodeURIComponent(JSON.stringify(payload))}` })
    await world.server.channel(name).emit(payload)
    const state = await dehydrate(world, [name])
    const text = serialize(state)
    expect(text).not.toMatch(/[<\u2028\u2029]/)
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(state)))
    expect(JSON.parse(text).channels[0].history.events[0].payload.html).toBe(payload.html)
    const container = document.createElement('div')
    container.innerHTML = `<script type="application/json">${text}</script><p></p>`
    expect(container.children).toHaveLength(2)
    expect(JSON.parse(container.querySelector('script')!.textContent!)).toEqual(JSON.parse(text))
  })
})
