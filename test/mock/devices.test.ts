// Devices: clocks of their own that are fast, slow, ahead or asleep.
import { describe, expect, it } from 'vitest'
import { clientOf, mockServer } from './mock-server'

describe('a device’s clock', () => {
  it.each([0.5, 1, 2])('runs at its rate: %d', async (rate) => {
    const server = mockServer()
    const { clock } = server.device('phone', { clock: { rate } })
    let firedAt: number | undefined
    clock.after(1_000, () => (firedAt = server.clock.now()))
    const ticks: number[] = []
    const stop = clock.every(1_000, () => ticks.push(server.clock.now()))
    const [now, unixNow] = [clock.now(), clock.unixNow()]
    await server.advance('4s')
    stop()
    expect(firedAt).toBe(1_000 / rate)
    expect(ticks).toEqual(Array.from({ length: 4 * rate }, (_, n) => ((n + 1) * 1_000) / rate))
    expect([clock.now() - now, clock.unixNow() - unixNow]).toEqual([4_000 * rate, 4_000 * rate])
  })

  it('is ahead of the server’s by as much as it was told', async () => {
    const server = mockServer()
    const { clock } = server.device('phone', { clock: { ahead: '1h' } })
    await server.advance('1s')
    expect(clock.now() - server.clock.now()).toBe(3_600_000)
    expect(clock.unixNow() - server.clock.unixNow()).toBe(3_600_000)
  })

  it.each([0, -1, NaN, Infinity])('has no rate of %d', (rate) => {
    const server = mockServer()
    expect(() => server.device('phone', { clock: { rate } })).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })

  it('cancels what it has set', async () => {
    const server = mockServer()
    const phone = server.device('phone')
    const fired: string[] = []
    const cancel = phone.clock.after(10, () => fired.push('cancelled asleep'))
    phone.clock.after(5, () => fired.push('kept'))
    phone.sleep()
    await server.advance(20)
    cancel()
    phone.wake()
    expect(fired).toEqual(['kept'])
  })

  it('that is fast or slow keeps its client connected, and drops nobody [CL-5]', async () => {
    const server = mockServer()
    const channels = [0.9, 1.1].map((rate) =>
      clientOf(server.device(`at ${rate}`, { clock: { rate } })).channel('room'),
    )
    await server.advance('10m')
    expect(channels.map(({ status }) => status.state)).toEqual(['open', 'open'])
    expect(server.transcript()).not.toContain('PRESENCE:LEFT')
  })
})

describe('a device that sleeps', () => {
  it('neither hears nor fires anything, and catches up in order when it wakes', async () => {
    const server = mockServer()
    const phone = server.device('phone')
    const channel = clientOf(phone).channel('room')
    const log: unknown[] = []
    channel.on('event', ({ data }) => log.push(data))
    await server.settled()
    for (const ms of [3_000, 1_000, 2_000]) phone.clock.after(ms, () => log.push(`timer ${ms}`))
    phone.sleep()
    void server.emit('room', 'while asleep')
    await server.advance('10s')
    expect(log).toEqual([])
    phone.wake()
    await server.settled()
    expect(log.toSorted()).toEqual(['timer 1000', 'timer 2000', 'timer 3000', 'while asleep'])
    expect(log.filter((item) => item !== 'while asleep')).toEqual(['timer 1000', 'timer 2000', 'timer 3000'])
  })

  it('tells its clients that it is awake, and they ask at once whether the server is still there [CL-6]', async () => {
    const server = mockServer()
    const [phone, laptop] = [server.device('phone'), server.device('laptop')]
    for (const device of [phone, laptop]) clientOf(device).channel('room')
    await server.settled()
    phone.sleep()
    await server.advance('5s')
    phone.wake()
    await server.settled()
    expect(server.transcript({ heartbeat: true, last: 2 })).toMatchInlineSnapshot(`
      "(7 earlier frames left out)
      phone -> PING
      phone <- PONG"
    `)
  })

  it('tells its clients that the network is gone, and that it is back: they wait, and come back at once', async () => {
    const server = mockServer()
    const phone = server.device('phone')
    const channel = clientOf(phone).channel('room')
    await server.settled()
    phone.network.partition()
    phone.network.sever()
    phone.tell('offline')
    await server.advance('10s')
    phone.network.heal()
    await server.advance('1s')
    expect(channel.status.state).toBe('reconnecting')
    phone.tell('online')
    await server.settled()
    expect(channel.status).toMatchObject({ state: 'open', resumed: true })
  })

  it('for too long is dropped, learns of it when it wakes, and comes back [CL-5]', async () => {
    const server = mockServer()
    const phone = server.device('phone')
    const channel = clientOf(phone).channel('room')
    const other = await server.connect('room')
    phone.sleep()
    await server.advance('1h')
    expect(server.members('room').map(({ clientID }) => clientID)).toEqual([other.clientID])
    expect(channel.status.state).toBe('open')
    phone.wake()
    expect(channel.status.state).toBe('connecting')
    await server.settled()
    expect(channel.status).toMatchObject({ state: 'open', resumed: false })
    expect(channel.members).toHaveLength(2)
  })

  it('fires the rest though one of its timers throws', async () => {
    const server = mockServer()
    const phone = server.device('phone')
    const fired: string[] = []
    phone.clock.after(1, () => {
      throw new Error('thrown')
    })
    phone.clock.after(2, () => fired.push('second'))
    phone.clock.after(3, () => {
      fired.push('third')
      phone.sleep()
    })
    phone.clock.after(4, () => fired.push('fourth'))
    phone.sleep()
    await server.advance(10)
    expect(() => phone.wake()).toThrow('thrown')
    expect(fired).toEqual(['second', 'third'])
    phone.wake()
    expect(fired).toEqual(['second', 'third', 'fourth'])
  })
})

describe('a device', () => {
  it('gives event ids of its own, one after the other [MS-9]', () => {
    const server = mockServer()
    const [phone, laptop] = [server.device('phone'), server.device('Ada’s laptop, the old one')]
    const ids = [phone.id(), phone.id(), laptop.id(), server.id()]
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^evt_[\w-]{16,64}$/)
    expect([...ids].sort().indexOf(ids[0]!)).toBeLessThan([...ids].sort().indexOf(ids[1]!))
  })
})
