import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'
import { opened, type ScriptedSocket } from './support/scripted-server'

const member = (clientID: string, n = 0) => ({ clientID, presence: { n } })

async function followed(members: object[]) {
  const script = await opened({ members, epoch: 'e', seq: 0 })
  const told: unknown[] = []
  for (const type of ['join', 'leave', 'update'] as const) {
    script.channel.on(type, ({ clientID, presence }) => {
      told.push([type, clientID, presence['n'], script.channel.others.length])
    })
  }
  return { ...script, told }
}

const tell = (socket: ScriptedSocket, type: string, payload: object): void =>
  socket.deliver({ type: `PRESENCE:${type}`, payload, latency: 0 })

describe('who comes, goes and changes', () => {
  it('is told one by one, when the list says so already; who was here first is not news', async () => {
    const { socket, told } = await followed([member('a')])
    tell(socket, 'JOINED', member('b'))
    tell(socket, 'UPDATED', member('a', 1))
    tell(socket, 'LEFT', { clientID: 'a' })
    expect(told).toEqual([
      ['join', 'b', 0, 2],
      ['update', 'a', 1, 2],
      ['leave', 'a', 1, 1],
    ])
  })

  it('is told once, whatever comes twice, of whom nobody knows, or of oneself', async () => {
    const { channel, socket, told } = await followed([member('a')])
    tell(socket, 'LEFT', { clientID: 'stranger' })
    tell(socket, 'UPDATED', member('stranger'))
    tell(socket, 'UPDATED', member(channel.self!.clientID, 7))
    tell(socket, 'LEFT', { clientID: 'a' })
    tell(socket, 'LEFT', { clientID: 'a' })
    expect(told).toEqual([['leave', 'a', 0, 0]])
  })

  it('is told after a reconnect of whatever happened meanwhile, and of nothing else [I8]', async () => {
    const { channel, socket, told, advance, dialled } = await followed([member('a'), member('b'), member('c')])
    const [, b] = channel.others
    socket.end()
    await advance(250)
    const next = await dialled()
    next.connected({ members: [member('b'), member('c', 1), member('d')] })
    expect(told.toSorted()).toEqual([
      ['join', 'd', 0, 3],
      ['leave', 'a', 0, 3],
      ['update', 'c', 1, 3],
    ])
    expect(channel.others[0]).toBe(b)
  })

  it('leaves everything as it is, and renders nobody again, where nothing happened meanwhile', async () => {
    const { channel, socket, told, advance, dialled } = await followed([member('a')])
    const { others, self, members } = channel.snapshot()
    socket.end()
    await advance(250)
    const next = await dialled()
    next.connected({ members: [member('a')] })
    expect(told).toEqual([])
    expect(channel.snapshot()).toMatchObject({ others, self, members })
    expect([channel.others === others, channel.self === self]).toEqual([true, true])
  })

  it('is told of others with the real server [MS-4]', async () => {
    const world = createWorld()
    const channel = world.client().channel('room')
    await world.settled()
    const told: unknown[] = []
    for (const type of ['join', 'leave', 'update'] as const) {
      channel.on(type, (other) => told.push([type, other.presence]))
    }
    const ann = world.client().channel('room', { presence: { name: 'Ann' } })
    await world.settled()
    ann.presence.update({ typing: true })
    await world.settled()
    ann.close()
    await world.settled()
    expect(told).toEqual([
      ['join', { name: 'Ann' }],
      ['update', { name: 'Ann', typing: true }],
      ['leave', { name: 'Ann', typing: true }],
    ])
  })
})

describe('a channel that is closed as soon as it is open again', () => {
  it('tells nothing after that, and has nobody in it', async () => {
    const { channel, socket, advance, dialled } = await opened()
    const told: string[] = []
    for (const kind of ['join', 'leave', 'gap'] as const) channel.on(kind, () => told.push(kind))
    channel.on('status', ({ state }) => state === 'open' && channel.close())
    socket.end()
    await advance(250)
    ;(await dialled()).connected({ members: [{ clientID: 'client_ann', presence: {} }] })
    expect([told, channel.status.state, channel.others]).toEqual([[], 'closed', []])
  })
})
