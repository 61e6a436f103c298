import { describe, expect, it, vi } from 'vitest'
import { outcome, scripted } from './support/scripted-server'

describe('connecting', () => {
  it('dials the channel below the base path, asks for a session and says what it has to say [LI-4]', async () => {
    const { client, dialled } = scripted({ token: 'secret' })
    client.channel('a/b ü', { presence: { name: 'Ann' }, rewind: 3 })
    const { url } = await dialled()
    expect(url.origin + url.pathname).toBe('ws://scripted.test/base/a%2Fb%20%C3%BC/listen')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      session: 'new',
      attempt: '1',
      presence: '{"name":"Ann"}',
      rewind: '3',
      token: 'secret',
    })
  })

  it('is open once CONNECTED came, not before [LI-5]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    expect(channel.status).toEqual({ state: 'connecting', attempt: 0 })
    const socket = await dialled()
    expect(channel.status.state).toBe('connecting')
    socket.connected({}, 'client_a')
    expect(channel.status).toEqual({ state: 'open', clientID: 'client_a', resumed: false, recovered: true })
  })

  it('stays idle until it is told to connect, where it was asked to', async () => {
    const { client, sockets, settled } = scripted()
    const channel = client.channel('room', { connect: false })
    await settled()
    expect([channel.status.state, sockets.length]).toEqual(['idle', 0])
    channel.connect()
    channel.connect()
    await settled()
    expect(sockets).toHaveLength(1)
  })

  it('gives up an attempt that no CONNECTED answers [I13]', async () => {
    const { client, sockets, advance } = scripted({ connectTimeoutMs: 4_000 })
    const channel = client.channel('room')
    await advance(4_000)
    expect(channel.status).toMatchObject({ state: 'reconnecting', attempt: 1, retryAt: 4_250 })
    await advance(250)
    expect(sockets.map(({ closed }) => closed?.code)).toEqual([4000, undefined])
  })

  it('gives up an attempt whose token never comes, and ignores the late one [I14]', async () => {
    let give: ((token: string) => void) | undefined
    const token = (): Promise<string> => new Promise((resolve) => (give ??= resolve))
    const { client, sockets, advance, settled } = scripted({ token, connectTimeoutMs: 1_000 })
    const channel = client.channel('room')
    await advance(1_000)
    give?.('late')
    await settled()
    expect([sockets.length, channel.status.state]).toEqual([0, 'reconnecting'])
  })

  it('does not wait for a close that never comes after an error, as with undici in Node 22 [I13]', async () => {
    const { client, dialled, advance } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.dispatch({ type: 'error' })
    await advance(0)
    expect(channel.status).toMatchObject({ state: 'reconnecting', reason: { code: 'CONNECTION_LOST' } })
  })

  it('takes the reason from the close that follows an error', async () => {
    const { client, dialled, advance } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.dispatch({ type: 'error' })
    socket.end(4403)
    await advance(0)
    expect(channel.status).toMatchObject({ state: 'closed', reason: { closeCode: 4403 } })
  })

  it('calls a connection that was lost 1006, also where the runtime says 0: Deno', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.end(0)
    expect(channel.status).toMatchObject({ reason: { closeCode: 1006 } })
  })

  it('survives a WebSocket class that throws, and tries again [I13]', async () => {
    function Broken(): never {
      throw new SyntaxError('broken')
    }
    const { client, errors, advance } = scripted({ WebSocket: Broken as never })
    const channel = client.channel('room')
    await advance(0)
    expect(channel.status).toMatchObject({ state: 'reconnecting', reason: { code: 'CONNECTION_LOST' } })
    expect(errors.map(({ error }) => String(error))).toEqual(['SyntaxError: broken'])
  })
})

describe('reconnecting', () => {
  it('waits longer after each failure, and says when it tries again [I13]', async () => {
    const { client, dialled, advance } = scripted()
    const channel = client.channel('room')
    const waits = []
    for (let attempt = 1; attempt <= 8; attempt++) {
      const socket = await dialled()
      const now = client.clock.now()
      socket.end()
      expect(channel.status).toMatchObject({ state: 'reconnecting', attempt })
      const { retryAt } = channel.status as { retryAt: number }
      waits.push(retryAt - now)
      await advance(retryAt - now)
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  })

  it('waits for 5 s at most as long as its session may wait for it: 30 s after a connection that had held [RS-3]', async () => {
    const { client, dialled, advance } = scripted({ random: () => 0.999 })
    const channel = client.channel('room')
    const first = await dialled()
    first.connected()
    await advance(5_000)
    const lostAt = client.clock.now()
    const waits: (readonly [afterMs: number, waitMs: number])[] = []
    let socket = first
    for (let attempt = 0; attempt < 14; attempt++) {
      const now = client.clock.now()
      socket.end()
      const { retryAt } = channel.status as { retryAt: number }
      waits.push([now - lostAt, retryAt - now])
      await advance(retryAt - now)
      socket = await dialled()
    }
    const early = waits.filter(([afterMs]) => afterMs < 30_000)
    expect(Math.max(...early.map(([, waitMs]) => waitMs))).toBeLessThanOrEqual(5_000)
    expect(early.length).toBeGreaterThan(6)
    expect(Math.max(...waits.map(([, waitMs]) => waitMs))).toBeGreaterThan(29_000)
  })

  it('counts from the start again only after a connection that held for 5 s [I13]', async () => {
    const { client, dialled, advance } = scripted()
    const channel = client.channel('room')
    const attempts = []
    for (const heldMs of [0, 4_999, 5_000]) {
      const socket = await dialled()
      socket.connected()
      await advance(heldMs)
      socket.end()
      attempts.push((channel.status as { attempt: number }).attempt)
      await advance(500)
    }
    expect(attempts).toEqual([1, 2, 1])
  })

  it('does not count a failing token as a connection that held [I13]', async () => {
    let fails = false
    const token = (): string => {
      if (fails) throw new Error('no token')
      return 'token'
    }
    const { client, dialled, advance } = scripted({ token })
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected()
    await advance(60_000)
    fails = true
    socket.end()
    await advance(250 + 500 + 1_000)
    expect(channel.status).toMatchObject({ state: 'reconnecting', attempt: 4 })
  })

  it('waits for at least as long as an ERROR asks for, plus jitter', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected()
    socket.deliver({ type: 'ERROR', payload: { code: 'INTERNAL', message: 'x', retryAfterMs: 7_000 } })
    socket.end(1011)
    expect(channel.status).toMatchObject({ state: 'reconnecting', retryAt: 7_250, reason: { closeCode: 1011 } })
  })

  it('waits for as long as a close asks for, where the ERROR was lost', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected()
    socket.end(1011, 'retry-after=7000')
    expect(channel.status).toMatchObject({ state: 'reconnecting', retryAt: 7_250 })
  })

  it.each([1e9, -5_000, 'soon', null, {}])(
    'does not stay away for longer than 5 min, nor come back sooner, for being told %j',
    async (retryAfterMs) => {
      const { client, dialled } = scripted()
      const channel = client.channel('room')
      const socket = await dialled()
      socket.deliver({ type: 'ERROR', payload: { code: 'INTERNAL', message: 'x', retryAfterMs } })
      socket.end(1011)
      expect([250, 300_250]).toContain((channel.status as { retryAt: number }).retryAt)
    },
  )

  it.each([1000, 1001, 1006, 1009, 1011, 4000, 4404, 4408, 4410, 4413])(
    'returns after a close with %i',
    async (code) => {
      const { client, dialled, sockets, advance } = scripted()
      client.channel('room')
      const socket = await dialled()
      socket.connected()
      socket.end(code)
      await advance(250)
      expect(sockets).toHaveLength(2)
    },
  )

  it.each([1012, 1013, 4429])(
    'spreads its return over 5 s after a close with %i, which many get at once',
    async (code) => {
      const { client, dialled, sockets, advance } = scripted()
      client.channel('room')
      const socket = await dialled()
      socket.connected()
      socket.end(code)
      await advance(2_499)
      expect(sockets).toHaveLength(1)
      await advance(1)
      expect(sockets).toHaveLength(2)
    },
  )

  it.each([
    [4400, 'BAD_MESSAGE'],
    [4403, 'FORBIDDEN'],
    [4409, 'REPLACED'],
    [4401, 'UNAUTHORIZED'],
  ])('stops for good after %i, %s', async (closeCode, code) => {
    const { client, dialled, sockets, advance } = scripted({ token: 'fixed' })
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected()
    socket.deliver({ type: 'ERROR', payload: { code, message: 'x' } })
    socket.end(closeCode)
    await advance(60_000)
    expect(channel.status).toMatchObject({ state: 'closed', reason: { code, closeCode } })
    expect(sockets).toHaveLength(1)
  })

  it('does not take the last word of one socket for the reason of the next', async () => {
    const { client, dialled, advance } = scripted()
    const channel = client.channel('room')
    const first = await dialled()
    first.connected()
    first.deliver({ type: 'ERROR', payload: { code: 'RATE_LIMITED', message: 'x', retryAfterMs: 5_000 } })
    first.end(4429)
    await advance(7_500)
    const second = await dialled()
    second.end(1006)
    expect(channel.status).toMatchObject({
      state: 'reconnecting',
      reason: { code: 'CONNECTION_LOST', closeCode: 1006 },
    })
  })

  it('stops for what a refusal in band says, with its reason [LI-6]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const emission = outcome(channel.emit({ n: 1 }))
    const socket = await dialled()
    socket.deliver({ type: 'ERROR', payload: { code: 'BAD_PARAMETER', message: 'expected a number' }, latency: 0 })
    socket.end(4400)
    await dialled()
    const reason = { code: 'BAD_PARAMETER', message: 'expected a number' }
    expect(channel.status).toMatchObject({ state: 'closed', reason })
    expect(emission.error).toMatchObject(reason)
  })

  it('does not mistake an old ERROR for the reason of a loss', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected()
    socket.deliver({ type: 'ERROR', payload: { code: 'BAD_PAYLOAD', message: 'x' }, latency: 0 })
    socket.deliver({ type: 'PING', payload: {}, latency: 0 })
    socket.end(1006)
    expect(channel.status).toMatchObject({ state: 'reconnecting', reason: { code: 'CONNECTION_LOST' } })
  })

  it('asks for another token when the last one was refused [OR-2]', async () => {
    let count = 0
    const { client, dialled, advance } = scripted({ token: async () => `token${++count}` })
    client.channel('room')
    const socket = await dialled()
    socket.deliver({ type: 'ERROR', payload: { code: 'UNAUTHORIZED', message: 'expired' }, latency: 0 })
    socket.end(4401)
    await advance(250)
    expect((await dialled()).url.searchParams.get('token')).toBe('token2')
  })

  it('reports a token that can not be had, and tries again', async () => {
    const token = vi.fn<() => string>().mockImplementationOnce(() => {
      throw new Error('offline')
    })
    const { client, errors, sockets, advance } = scripted({ token })
    client.channel('room')
    await advance(250)
    expect(errors.map(({ error }) => String(error))).toEqual(['Error: offline'])
    expect(sockets).toHaveLength(1)
  })

  it('asks for a rewind on joining alone [RS-8]', async () => {
    const { client, dialled, advance } = scripted()
    client.channel('room', { rewind: 5 })
    const first = await dialled()
    first.end()
    await advance(250)
    const second = await dialled()
    second.connected()
    second.end()
    await advance(500)
    const third = await dialled()
    expect([first, second, third].map(({ url }) => url.searchParams.get('rewind'))).toEqual(['5', '5', null])
  })
})

describe('superseded sockets', () => {
  it('are not listened to any more [I14]', async () => {
    const { client, dialled, sockets, advance } = scripted({ connectTimeoutMs: 1_000 })
    const channel = client.channel('room')
    const data = vi.fn()
    channel.on('event', data)
    const first = await dialled()
    await advance(1_250)
    const second = await dialled()
    second.connected({}, 'client_b')
    first.connected({}, 'client_a')
    first.data('ghost')
    first.end(4403)
    expect(channel.status).toMatchObject({ state: 'open', clientID: 'client_b' })
    expect(data).not.toHaveBeenCalled()
    expect(sockets).toHaveLength(2)
  })

  it('may close while they are being closed [I14]', async () => {
    const onClose = (socket: { dispatch(event: { type: string; code?: number }): void }): void => {
      socket.dispatch({ type: 'error' })
      socket.dispatch({ type: 'close', code: 1006 })
    }
    const { client, dialled, sockets, advance } = scripted({ onClose, connectTimeoutMs: 1_000 })
    const channel = client.channel('room')
    await dialled()
    await advance(1_250)
    expect([sockets.length, channel.status.state]).toEqual([2, 'connecting'])
    channel.close()
    expect(channel.status.state).toBe('closed')
  })
})

describe('closing', () => {
  it('tells the server 1000 and settles whatever is pending with CLOSED [I13]', async () => {
    const { client, clock, dialled, settled } = scripted()
    const channel = client.channel('room', { presence: { n: 1 } })
    const socket = await dialled()
    socket.connected()
    const sent = outcome(channel.emit({ n: 1 }))
    const events = outcome(channel.events().next())
    channel.presence.set({ n: 2 })
    channel.close()
    channel.close()
    const late = outcome(channel.emit({ n: 2 }))
    await settled()
    expect(socket.closed).toEqual({ code: 1000 })
    expect([sent.error.code, late.error.code]).toEqual(['CLOSED', 'CLOSED'])
    expect(events.value).toEqual({ done: true, value: undefined })
    expect([channel.members, clock.pending]).toEqual([[], 0])
  })

  it('ends an attempt that is under way, and the wait for the next [I14]', async () => {
    const { client, clock, sockets, settled } = scripted()
    client.channel('a').close()
    const waiting = client.channel('b')
    await settled()
    sockets[0]?.end()
    expect(waiting.status.state).toBe('reconnecting')
    client.close()
    await settled()
    expect([sockets.length, clock.pending]).toEqual([1, 0])
  })
})
