import type { ClientOptions } from '@websockets.do/client'
import { eventStream } from '@websockets.do/client/event-stream'
import { seededRandom } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world'
import { outcome } from './support/scripted-server'

const alone = { WebSocket: false, fallback: eventStream } as const

describe('a client by the fall-back', () => {
  /** What one that asks and one that answers see of each other. */
  async function dialogue(world: World, options: Partial<ClientOptions>) {
    const seen: unknown[] = []
    const [ann, bea] = ['ann', 'bea'].map((name) => {
      const channel = world.client({ ...world.device(name), ...options }).channel('room', {
        presence: { name },
      })
      channel.on('event', ({ payload, name: event }) => seen.push([name, 'event', event, payload]))
      channel.on('join', (member) => seen.push([name, 'join', member.presence]))
      channel.on('update', (member) => seen.push([name, 'update', member.presence]))
      channel.on('leave', (member) => seen.push([name, 'leave', member.presence]))
      channel.on('error', ({ code }) => seen.push([name, 'error', code]))
      return channel
    })
    await world.settled()
    bea!.on('question', (event) => event.ack({ answer: 42 }))
    bea!.on('wish', (event) => event.nack('no'))
    const emits = [
      ann!.emit('question', { of: 'life' }, { requireAck: true, echo: false }),
      ann!.emit('wish', null, { requireAck: true, echo: false }),
      ann!.emit({ plain: true }),
      ann!.emit({ to: 'nobody' }, { clients: 99 }),
      ann!.emit(JSON.parse('['.repeat(80) + ']'.repeat(80))),
      ann!.emit({ after: 'that' }),
    ].map((emission) => outcome(emission))
    ann!.presence.update({ name: 'Ann' })
    await world.advance('1s')
    bea!.close()
    await world.advance('1s')
    return {
      seen,
      results: emits.map(({ value, error }) => error?.code ?? [value?.success, value?.recipients, value?.error?.code]),
      replies: emits.map(({ value }) => Object.values(value?.replies ?? {})),
      failed: emits.map(({ value }) => value?.failed?.map(({ error }) => error)),
    }
  }

  it('sees, sends and is answered what one by a WebSocket is [LI-3, CL-4, ACK-6]', async () => {
    const bySocket = await dialogue(createWorld(), {})
    const byStream = await dialogue(createWorld(), alone)
    const sorted = ({ seen, ...rest }: typeof bySocket) => ({
      ...rest,
      seen: seen.map((one) => JSON.stringify(one)).toSorted(),
    })
    expect(sorted(byStream)).toEqual(sorted(bySocket))
    expect(byStream.results).toContainEqual([true, 1, undefined])
    expect(byStream.replies).toContainEqual([{ answer: 42 }])
  })

  it('leaves at once when it is closed, and leaves nothing behind [RS-5, I11]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const channel = world.client(alone).channel('room')
    await world.settled()
    void channel.emit({ last: 'words' })
    channel.close()
    await world.settled()
    expect(watcher.types().slice(1)).toEqual(['PRESENCE:JOINED', 'DATA', 'PRESENCE:LEFT'])
    watcher.close()
    await world.settled()
    expect(world.leaks().found).toEqual([])
  })

  it('leaves at once when it is closed before it has joined [RS-5, I11]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const phone = world.device('phone')
    phone.network.set({ latency: 100 })
    const channel = world.client({ ...phone, ...alone }).channel('room')
    await world.advance(150)
    expect(world.members('room')).toHaveLength(2)
    channel.close()
    await world.advance('1s')
    expect(watcher.types().slice(1)).toEqual(['PRESENCE:JOINED', 'PRESENCE:LEFT'])
    watcher.close()
    await world.settled()
    expect(world.leaks().found).toEqual([])
  })

  it('asks for a new token where its own has expired, and is who it was [OR-2, RS-3]', async () => {
    const world = createWorld({
      authorize: ({ token }) =>
        token === 'old'
          ? { refuse: 'UNAUTHORIZED' }
          : { expiresAt: world.clock.unixNow() + (token === 'first' ? 5_000 : 600_000) },
    })
    const tokens = ['first', 'old', 'new', 'never']
    const channel = world.client({ ...alone, token: () => tokens.shift() }).channel('room')
    await world.settled()
    const { clientID } = channel.self!
    await world.advance('20s')
    expect([tokens, channel.status]).toMatchObject([['never'], { state: 'open', clientID, resumed: true }])
  })

  it.each(['UNAUTHORIZED', 'FORBIDDEN'] as const)('stops on %s where it has no other token [LI-6]', async (code) => {
    let asked = 0
    const world = createWorld({
      authorize() {
        asked++
        return { refuse: code }
      },
    })
    const channel = world.client({ ...alone, token: 'mine' }).channel('room')
    await world.advance('5m')
    expect([channel.status, asked]).toMatchObject([{ state: 'closed', reason: { code } }, 1])
  })

  it('sends its presence later where the URL has no room for it [LI-4]', async () => {
    const world = createWorld()
    world.client(alone).channel('room', { presence: { text: 'x'.repeat(4_000) } })
    await world.advance('1s')
    expect(world.members('room')).toMatchObject([{ presence: { text: 'x'.repeat(4_000) } }])
  })

  it('stays for hours, and answers each PING [CL-5]', async () => {
    const world = createWorld()
    const channel = world.client(alone).channel('room')
    const states: string[] = []
    channel.on('status', ({ state }) => states.push(state))
    await world.advance('3h')
    expect(states).toEqual(['open'])
  })

  it('whose POSTs hang connects again, and what it said arrives once and in order [EM-8, EM-9]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const phone = world.device('phone')
    const channel = world.client({ ...phone, ...alone }).channel('room')
    await world.settled()
    phone.network.stall('up')
    const emits = Array.from({ length: 150 }, (_item, n) => outcome(channel.emit({ n })))
    await world.advance('1m')
    expect(watcher.data).toEqual(Array.from({ length: 150 }, (_item, n) => ({ n })))
    expect(emits.every(({ value }) => value?.success)).toBe(true)
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
  })

  it('gets all across, once and in order, both ways, however often it is cut [EM-8, EM-9, I3]', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = seededRandom(seed)
      const world = createWorld()
      const watcher = await world.connect('room')
      const phone = world.device('phone')
      phone.network.set({ latency: 20, jitter: 30 })
      const channel = world.client({ ...phone, ...alone }).channel('room')
      const heard: unknown[] = []
      channel.on('data', ({ data }) => heard.push(data))
      await world.advance('1s')
      for (let n = 0; n < 60; n++) {
        void outcome(channel.emit({ up: n }, { echo: false }))
        void world.emit('room', { down: n })
        const dice = random()
        if (dice < 0.08) phone.network.sever()
        else if (dice < 0.16) phone.network.sever('client')
        else if (dice < 0.24) phone.network.sever('server')
        else if (dice < 0.3) phone.network.hold(dice < 0.27 ? 'up' : 'down')
        else if (dice < 0.4) phone.network.release()
        await world.advance(Math.floor(random() * 300))
      }
      phone.network.release()
      await world.advance('2m')
      const all = (key: string) => Array.from({ length: 60 }, (_item, n) => ({ [key]: n }))
      const ups = watcher.data.filter((data: any) => 'up' in data)
      expect({ seed, ups, downs: heard }).toEqual({ seed, ups: all('up'), downs: all('down') })
    }
  })
})
