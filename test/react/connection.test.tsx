// How the connection is: of one channel, and of all in use together.
import { useChannel, useConnection, useMembers } from '@websockets.do/react'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage } from './support/stage'

const Room = ({ name }: { readonly name: string }): ReactNode => useMembers(name).length

/** What disturbs one channel's connection alone. */
const networkOf = (stage: Stage, name: string) =>
  stage.network.connection(stage.client.channel(name, { connect: false }).self!.clientID)!

describe('useConnection with a name', () => {
  it('opens the channel, and is its status', async () => {
    const stage = createStage()
    const seen: string[] = []
    const { result } = stage.renderHook(() => {
      const status = useConnection('room')
      if (seen.at(-1) !== status.state) seen.push(status.state)
      return [status, useChannel('room').status]
    })
    await stage.settle()
    expect(result.current[0]).toBe(result.current[1])
    expect(stage.members()).toBe(1)
    stage.network.sever()
    await stage.settle()
    expect(result.current[0]).toMatchObject({ state: 'reconnecting', attempt: 1, reason: { code: 'CONNECTION_LOST' } })
    await stage.advance('5s')
    expect(seen).toEqual(['idle', 'open', 'reconnecting', 'open'])
  })
})

describe('useConnection without a name', () => {
  it('opens nothing, and is idle where nothing is in use', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useConnection())
    await stage.advance('1s')
    expect([result.current, stage.sockets.length]).toEqual([{ state: 'idle' }, 0])
  })

  it('is that of the only channel in use', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useConnection())
    const room = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    expect(result.current).toBe(room.result.current.status)
    stage.network.sever()
    await stage.settle()
    expect(result.current).toBe(room.result.current.status)
  })

  it('is the worst of several: reconnecting, connecting, closed, open', async () => {
    const stage = createStage({ authorize: ({ channel }) => channel !== 'refused' })
    const { result } = stage.renderHook(() => useConnection().state)
    stage.render(
      <>
        <Room name="a" />
        <Room name="b" />
      </>,
    )
    await stage.settle()
    expect(result.current).toBe('open')
    stage.render(<Room name="refused" />)
    await stage.settle()
    expect(result.current).toBe('closed')
    networkOf(stage, 'a').sever()
    await stage.settle()
    expect(result.current).toBe('reconnecting')
    await stage.advance('5s')
    expect(result.current).toBe('closed')
    stage.network.partition()
    const late = stage.render(<Room name="c" />)
    await stage.advance(10)
    expect(result.current).toBe('connecting')
    late.unmount()
  })

  it.each([
    ['is open', undefined, 'open'],
    ['is lost', (stage: Stage) => stage.stop(), 'reconnecting'],
    [
      'is refused',
      async (stage: Stage) => {
        const channel = stage.server.channel('room')
        channel.disconnect(channel.members()[0]!.clientID, { code: 'FORBIDDEN' })
      },
      'closed',
    ],
  ] as const)('forgets a channel that is no longer in use: one that %s', async (_, happen, state) => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useConnection().state)
    const room = stage.render(<Room name="room" />)
    await stage.settle()
    await act(async () => happen?.(stage))
    await stage.settle()
    expect(result.current).toBe(state)
    room.unmount()
    await stage.advance('2s')
    expect(result.current).toBe('idle')
  })

  it('forgets one of several that is no longer in use', async () => {
    const stage = createStage({ page: true })
    const { result } = stage.renderHook(() => useConnection().state)
    stage.render(<Room name="a" />)
    const other = stage.render(<Room name="b" />)
    await stage.settle()
    networkOf(stage, 'b').sever()
    // The other is as dead, and does not know it yet.
    stage.network.partition()
    await stage.settle()
    expect(result.current).toBe('reconnecting')
    other.unmount()
    await stage.advance(999)
    expect(result.current).not.toBe('open')
    await stage.advance(1)
    expect(result.current).toBe('open')
  })

  it('renders nothing for what is no change of it', async () => {
    const stage = createStage({ strict: false, page: true })
    stage.renderHook(() => useMembers('a'))
    stage.renderHook(() => useMembers('b'))
    const seen: string[] = []
    stage.renderHook(() => seen.push(useConnection().state))
    await stage.settle()
    seen.length = 0
    const member = await stage.connect('a')
    member.setPresence({ n: 1 })
    await stage.publish('b', 'event')
    await stage.advance('61s')
    expect(seen).toEqual([])
  })
})
