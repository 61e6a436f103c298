import type { Signal } from '@websockets.do/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { scripted } from './support/scripted-server'

const heartbeat = { intervalMs: 20_000, timeoutMs: 15_000 }

/** A channel that is open, on a machine that a test sends to sleep and takes off the network. */
async function machine(welcome: object = { heartbeat }) {
  let tell: (signal: Signal) => void = () => {}
  const forget = vi.fn()
  const script = scripted({
    signals(hear) {
      tell = hear
      return forget
    },
  })
  const channel = script.client.channel('room')
  const socket = await script.dialled()
  socket.connected(welcome)
  return { ...script, channel, socket, forget, signal: (signal: Signal) => tell(signal) }
}

describe('a server that has fallen silent', () => {
  it('is left after the interval and the time for an answer, without a close ever coming [I13]', async () => {
    const { channel, socket, advance } = await machine()
    await advance(34_999)
    expect(channel.status.state).toBe('open')
    await advance(1)
    expect(channel.status).toMatchObject({
      state: 'reconnecting',
      reason: { code: 'CONNECTION_LOST', message: 'silent for 35000 ms' },
    })
    expect(socket.closed).toEqual({ code: 4000 })
  })

  it('has not if anything at all came from it', async () => {
    const { channel, socket, advance } = await machine()
    for (const frame of ['{"type":"PING","payload":{}}', '{"type":"SOMETHING_NEW"}', 'garbage']) {
      await advance(30_000)
      socket.deliver(frame)
    }
    await advance(34_999)
    expect(channel.status.state).toBe('open')
  })

  it('can’t be told from a quiet one where it names no heartbeat: the seed’s [MS-6]', async () => {
    const { channel, clock, advance } = await machine({})
    await advance(3_600_000)
    expect([channel.status.state, clock.pending]).toEqual(['open', 0])
  })

  it.each([
    { intervalMs: 'often' },
    { intervalMs: -1, timeoutMs: -1 },
    { intervalMs: 1e300, timeoutMs: 1 },
    {},
    [],
    'x',
  ])('is not thought to be so for a heartbeat of %j [I13]', async (odd) => {
    const { channel, advance } = await machine({ heartbeat: odd })
    await advance(500)
    expect(channel.status.state).toBe('open')
  })
})

describe('a machine that wakes up', () => {
  it('asks at once whether the server is still there, and leaves it where no answer comes [CL-6]', async () => {
    const { channel, socket, signal, advance } = await machine()
    await advance(10_000)
    signal('wake')
    expect(socket.of('PING')).toHaveLength(1)
    await advance(4_999)
    expect(channel.status.state).toBe('open')
    await advance(1)
    expect(channel.status).toMatchObject({ state: 'reconnecting', reason: { message: 'no answer' } })
  })

  it('stays where it is answered, and watches on', async () => {
    const { channel, socket, signal, advance } = await machine()
    signal('wake')
    socket.deliver({ type: 'PONG' })
    await advance(34_999)
    expect(channel.status.state).toBe('open')
    await advance(1)
    expect(channel.status.state).toBe('reconnecting')
  })

  it('does not ask a server that would not understand', async () => {
    const { socket, signal } = await machine({})
    signal('wake')
    expect(socket.received).toEqual([])
  })

  it('does not wait for long after an attempt that was under way already fails', async () => {
    const { channel, socket, dialled, signal, advance } = await machine()
    socket.end()
    for (let failures = 0; failures < 6; failures++) {
      await advance(20_000)
      ;(await dialled()).end()
    }
    await advance(20_000)
    expect(channel.status).toMatchObject({ state: 'connecting' })
    signal('online')
    ;(await dialled()).end()
    expect(channel.status).toMatchObject({ state: 'reconnecting', attempt: 1 })
  })

  it.each(['wake', 'online'] as const)('tries again at once instead of waiting, on %s', async (which) => {
    const { channel, socket, sockets, signal, settled } = await machine()
    socket.end()
    expect(channel.status.state).toBe('reconnecting')
    signal(which)
    signal(which)
    await settled()
    expect([channel.status.state, sockets.length]).toEqual(['connecting', 2])
  })
})

describe('a machine without a network', () => {
  it('waits until it has one, and meanwhile tries no oftener than every 30 s', async () => {
    const { channel, socket, sockets, signal, advance, settled } = await machine()
    signal('offline')
    expect(channel.status.state).toBe('open')
    socket.end()
    expect(channel.status).toMatchObject({ state: 'reconnecting', retryAt: 30_000 })
    signal('wake')
    await advance(29_000)
    expect(sockets).toHaveLength(1)
    signal('online')
    await settled()
    expect([sockets.length, channel.status.state]).toEqual([2, 'connecting'])
  })

  it('asks the server once it is back, where it never noticed', async () => {
    const { socket, signal } = await machine()
    signal('offline')
    signal('online')
    expect(socket.of('PING')).toHaveLength(1)
  })

  it('is no longer listened to once the channel is closed [I10]', async () => {
    const { channel, sockets, signal, forget, settled } = await machine()
    channel.close()
    signal('online')
    signal('offline')
    await settled()
    expect([forget.mock.calls.length, sockets.length, channel.status.state]).toEqual([1, 1, 'closed'])
  })
})

describe('a page', () => {
  /** The page's own events; \`hidden\` can be set. */
  async function page() {
    const target = new EventTarget()
    const document = Object.assign(new EventTarget(), { hidden: false })
    vi.stubGlobal('addEventListener', target.addEventListener.bind(target))
    vi.stubGlobal('document', document)
    onTestFinished(() => void vi.unstubAllGlobals())
    const script = scripted()
    const channel = script.client.channel('room')
    const socket = await script.dialled()
    socket.connected({ heartbeat })
    return { ...script, channel, socket, document, tell: (type: string) => target.dispatchEvent(new Event(type)) }
  }

  it('that is not looked at hears all the same that it is online again', async () => {
    const { socket, sockets, document, tell, settled } = await page()
    tell('offline')
    socket.end()
    document.hidden = true
    tell('online')
    await settled()
    expect(sockets).toHaveLength(2)
  })
})

describe('a machine that is woken again and again', () => {
  it('gives a server that does not answer no more time by it', async () => {
    const { channel, signal, advance } = await machine()
    signal('wake')
    await advance(4_000)
    signal('wake')
    await advance(1_000)
    expect(channel.status).toMatchObject({ reason: { message: 'no answer' } })
  })

  it('is taken to be online once it is connected, whatever it said before', async () => {
    const { socket, signal, dialled, advance } = await machine()
    signal('offline')
    socket.end()
    await advance(30_000)
    const next = await dialled()
    next.connected({ heartbeat })
    signal('wake')
    expect(next.of('PING')).toHaveLength(1)
  })
})
