// When a client gives up on WebSockets for a while, and when it returns to them.
import type { ClientOptions, Signal } from '@websockets.do/client'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'
import { behindProxy } from './support/blockable'

/** A client behind a proxy, and one that watches it. */
async function blocked(given: Partial<ClientOptions> = {}) {
  const world = createWorld()
  const watcher = await world.connect('room')
  const office = behindProxy(world)
  const channel = world.client({ ...office.options, ...given }).channel('room')
  await world.settled()
  return { ...world, ...office, watcher, channel }
}

describe('a client whose WebSockets never say a word', () => {
  it('goes to the fall-back after its first failure, and is a member like any other [LI-3]', async () => {
    const { channel, tried, advance, members, watcher } = await blocked()
    await advance(500)
    expect(tried.join('')).toBe('WS')
    expect(channel.status).toMatchObject({ state: 'open', resumed: false, recovered: true })
    expect(members('room').map(({ clientID }) => clientID)).toContain(channel.self?.clientID)
    expect(watcher.of('PRESENCE:JOINED')).toHaveLength(1)
  })

  it('tries one first again after a connection by the fall-back has ended, and then the fall-back at once [LI-3]', async () => {
    const { channel, device, tried, advance } = await blocked()
    await advance(500)
    const { clientID } = channel.self!
    device.network.sever()
    await advance('2s')
    expect(tried.join('')).toBe('WSWS')
    expect(channel.status).toMatchObject({ state: 'open', clientID, resumed: true, recovered: true })
  })

  it('is who it was where they work by then [RS-3]', async () => {
    const { channel, device, proxy, tried, watcher, emit, advance } = await blocked()
    await advance(500)
    const { clientID } = channel.self!
    const heard: unknown[] = []
    channel.on('data', ({ data }) => heard.push(data))
    proxy.isBlocking = false
    device.network.sever()
    void emit('room', 'meanwhile')
    await advance('2s')
    expect(tried.join('')).toBe('WSW')
    expect([channel.status, heard]).toMatchObject([{ state: 'open', clientID, resumed: true }, ['meanwhile']])
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
  })

  it('returns to them where the fall-back fails too, and each time tries them once more often', async () => {
    const { tried, stop, advance } = await blocked({ random: () => 0.5 })
    await stop()
    await advance('10m')
    expect(tried.join('')).toMatch(/^WSWWSWWWSWWWWSW/)
  })

  it('finds nothing to fall back on, and goes on trying them, where it was given none', async () => {
    const { tried, channel, advance } = await blocked({ fallback: undefined })
    await advance('10s')
    expect(tried.join('')).toMatch(/^W{3,}$/)
    expect(channel.status.state).toMatch(/^(re)?connecting$/)
  })
})

describe('a client whose WebSockets have worked', () => {
  async function cut(signals?: ClientOptions['signals']) {
    const script = await blocked({ random: () => 0.5, ...(signals && { signals }) })
    const { channel, proxy, tried, device, advance } = script
    proxy.isBlocking = false
    await advance('2s')
    device.network.sever()
    await advance('2s')
    expect([tried.at(-1), channel.status.state]).toEqual(['W', 'open'])
    tried.length = 0
    proxy.isBlocking = true
    return script
  }

  it('goes to the fall-back after three in a row that did not say a word, as who it was [LI-3, RS-3]', async () => {
    const { channel, device, tried, watcher, advance } = await cut()
    const { clientID } = channel.self!
    device.network.sever()
    await advance('20s')
    expect(tried.join('')).toBe('WWWS')
    expect(channel.status).toMatchObject({ state: 'open', clientID, resumed: true, recovered: true })
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
  })

  it('comes back by one where its server was away for a moment', async () => {
    const { channel, proxy, tried, restart, advance } = await cut()
    proxy.isBlocking = false
    await restart()
    await advance('10s')
    expect([tried.join(''), channel.status.state]).toEqual(['W', 'open'])
  })

  it('does not count the one that had opened, and is found dead when the machine wakes up', async () => {
    let tell: (signal: Signal) => void = () => {}
    const { device, tried, advance } = await cut((hear) => {
      tell = hear
      return () => {}
    })
    device.network.stall()
    tell('wake')
    await advance('5s')
    device.network.heal()
    await advance('20s')
    expect(tried.join('')).toBe('WWWS')
  })

  it('does not count what fails without a network', async () => {
    let tell: (signal: Signal) => void = () => {}
    const { device, tried, advance } = await cut((hear) => {
      tell = hear
      return () => {}
    })
    tell('offline')
    device.network.sever()
    await advance('5m')
    expect(tried.join('')).toMatch(/^W{5,}$/)
  })
})

it('a client whose token fails does not count that against WebSockets', async () => {
  let fails = 5
  const { tried, channel, proxy, advance, errors } = await blocked({
    token() {
      if (fails-- > 0) throw new Error('no token yet')
      return 'token'
    },
  })
  proxy.isBlocking = false
  await advance('1m')
  expect([tried.join(''), channel.status.state]).toEqual(['W', 'open'])
  expect(errors).toHaveLength(5)
})

it('a client that is to use no WebSocket, and has no fall-back, uses none and says so', async () => {
  const { tried, channel, errors, advance } = await blocked({ WebSocket: false, fallback: undefined })
  await advance('1s')
  expect([tried, channel.status.state, errors[0]?.error]).toEqual([[], 'reconnecting', expect.any(TypeError)])
})
