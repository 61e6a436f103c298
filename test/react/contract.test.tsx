// The hooks under a contract: whichever comes first opens the channel with it, and what does not fit goes no further.
import { defineChannel } from '@websockets.do/client/contract'
import { createChannelHooks, useChannel, useEvent, useEvents, useMembers } from '@websockets.do/react'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createStage, type Stage } from './support/stage'

const room = defineChannel({
  events: {
    message: z.object({ text: z.string().max(10) }),
    moved: z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }),
    counted: z.string().transform((text) => text.length),
    wave: z.null(),
  },
  presence: z.object({ name: z.string(), away: z.boolean().default(false) }),
  data: z.string().transform(Number),
})
const hooks = createChannelHooks(room)
const { useChannel: useTyped, useEmit, usePresence, useSetPresence } = hooks

const refused = { name: 'WebSocketsError', code: 'BAD_PAYLOAD', path: ['data', 'text'] }

/** What becomes of an emit that does not fit, whoever says it. */
async function emitBadly(stage: Stage): Promise<unknown> {
  const emission = stage.client.channel('room', { connect: false }).emit('message', { text: 1 })
  const outcome = emission.then(undefined, (error: unknown) => error)
  await stage.settle()
  return outcome
}

describe('whichever hook comes first', () => {
  const uses: [string, () => unknown][] = [
    ['useChannel', () => hooks.useChannel('room', { presence: { name: 'Ann' } })],
    ['useConnection', () => hooks.useConnection('room')],
    ['useEvent', () => hooks.useEvent('room', () => undefined)],
    ['useEvents', () => hooks.useEvents('room', { history: false })],
    ['useLostConnection', () => hooks.useLostConnection('room', () => undefined)],
    ['useMember', () => hooks.useMember('room', 'client_0')],
    ['useMembers', () => hooks.useMembers('room')],
    ['useOthers', () => hooks.useOthers('room')],
    ['usePresence', () => hooks.usePresence('room')],
    ['useSelf', () => hooks.useSelf('room')],
  ]

  it.each(uses)('the channel is opened under the contract: %s', async (_, useHook) => {
    const stage = createStage()
    stage.renderHook(useHook)
    await stage.settle()
    expect(await emitBadly(stage)).toMatchObject(refused)
    expect(stage.transcript()).not.toContain('EMIT')
  })

  it.each([
    [
      'useEmit',
      () => {
        const [emit] = useEmit('room')
        return () => void emit('wave')
      },
    ],
    [
      'useSetPresence',
      () => {
        const set = useSetPresence('room')
        return () => set({ name: 'Ann' })
      },
    ],
  ] as const)('the channel is opened under the contract once it is used: %s', async (_, useHook) => {
    const stage = createStage()
    const { result } = stage.renderHook(useHook)
    act(() => result.current())
    expect(await emitBadly(stage)).toMatchObject(refused)
  })

  it('the contract counts, though a child without one is mounted first', async () => {
    const stage = createStage()
    const Child = (): ReactNode => useMembers('room').length
    const Parent = (): ReactNode => {
      useTyped('room')
      return <Child />
    }
    stage.render(<Parent />)
    await stage.settle()
    expect(await emitBadly(stage)).toMatchObject(refused)
  })

  it('nothing is opened without a name, and the contract counts once there is one', async () => {
    const stage = createStage()
    const { rerender } = stage.renderHook(
      ({ name }) => {
        hooks.useMembers(name)
        hooks.usePresence('room', { enabled: name !== null })
        return hooks.useEvents(name, { type: 'message', history: false })
      },
      { name: null as string | null },
    )
    await stage.advance('1s')
    expect(stage.sockets).toHaveLength(0)
    rerender({ name: 'room' })
    await stage.settle()
    expect(await emitBadly(stage)).toMatchObject(refused)
  })
})

describe('what is said and does not fit', () => {
  it('is refused before it is sent: an emit, in its promise and its state', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => ({ channel: useTyped('room'), emit: useEmit('room') }))
    await stage.settle()
    const errors: unknown[] = []
    act(() => {
      result.current.channel.emit('message', { text: 'x'.repeat(11) }).catch((error: unknown) => errors.push(error))
      // @ts-expect-error no such event
      result.current.channel.emit('massage', { text: 'x' }).catch((error: unknown) => errors.push(error))
      void result.current.emit[0]('message', { text: 'x'.repeat(11) })
    })
    await stage.settle()
    expect(errors).toMatchObject([refused, { code: 'BAD_PAYLOAD', path: ['event'] }])
    expect(result.current.emit[1]).toMatchObject({ status: 'error', error: refused })
    expect(stage.transcript()).not.toContain('EMIT')
  })

  it('is refused before it is sent: presence, where it is set', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => ({ presence: usePresence('room'), set: useSetPresence('room') }))
    await stage.settle()
    for (const set of [result.current.presence[1], result.current.set]) {
      // @ts-expect-error not its presence
      const bad: Parameters<typeof set>[0] = { name: 1 }
      act(() => expect(() => set(bad)).toThrow(expect.objectContaining({ code: 'BAD_PAYLOAD', path: ['name'] })))
    }
    expect(result.current.presence[0]).toEqual({})
    act(() => result.current.set({ name: 'Ann' }))
    expect(result.current.presence[0]).toEqual({ name: 'Ann' })
  })

  it('is refused before anything is opened: the presence to join with', async () => {
    const stage = createStage()
    // @ts-expect-error not its presence
    const { result } = stage.renderHook(() => useTyped('room', { presence: { nick: 'Ann' } }))
    await stage.settle()
    expect(result.current.status).toMatchObject({ state: 'closed', reason: { code: 'BAD_PAYLOAD' } })
    expect(stage.sockets).toHaveLength(0)
  })
})

describe('what is heard', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const good = [
    { event: 'moved', data: { at } },
    { event: 'counted', data: 'four' },
    { event: 'wave', data: null },
    '42',
  ]
  const read = [{ at: new Date(at) }, 4, null, 42]
  const bad = [
    { event: 'moved', data: {} },
    { event: 'unknown', data: 1 },
    { event: 'counted', data: 4 },
  ]

  it('is as the schemas give it, and what does not fit is an error alone', async () => {
    const stage = createStage()
    const heard: unknown[] = []
    const errors: unknown[] = []
    const times: number[] = []
    stage.renderHook(() => {
      hooks.useEvent('room', ({ data }) => heard.push(data))
      hooks.useEvent('room', 'moved', ({ data }) => times.push(data.at.getTime()))
      hooks.useEvent('room', 'error', ({ code }) => errors.push(code))
    })
    await stage.settle()
    for (const payload of [...bad, ...good]) await stage.publish('room', payload)
    expect(heard).toEqual(read)
    expect(times).toEqual([Date.parse(at)])
    expect(errors).toEqual(['BAD_PAYLOAD', 'BAD_PAYLOAD', 'BAD_PAYLOAD'])
  })

  it.each([true, false])('is listed as the schemas give it, from the history too: typed %s', async (typed) => {
    const stage = createStage({ history: { readable: true } })
    const mixed = [...bad, ...good]
    for (const payload of mixed) await stage.publish('room', payload)
    const { result } = stage.renderHook(() => {
      useTyped('room')
      const useList: (name: string) => readonly [readonly { readonly data: unknown }[], unknown] = typed
        ? hooks.useEvents
        : useEvents
      return useList('room')[0].map(({ data }) => data)
    })
    await stage.settle()
    expect(result.current).toEqual(read)
    for (const payload of mixed) await stage.publish('room', payload)
    expect(result.current).toEqual([...read, ...read])
  })

  it('is listed by one name, with its data as that schema gives it', async () => {
    const stage = createStage({ history: { readable: true } })
    for (const payload of good) await stage.publish('room', payload)
    const { result } = stage.renderHook(() =>
      hooks.useEvents('room', { type: 'moved' })[0].map(({ data }) => data.at.getTime()),
    )
    await stage.settle()
    for (const payload of good) await stage.publish('room', payload)
    expect(result.current).toEqual([Date.parse(at), Date.parse(at)])
  })
})

describe('hooks of types alone', () => {
  it('check nothing, and give what was said', async () => {
    const stage = createStage()
    const typed = createChannelHooks<typeof room>()
    const heard: unknown[] = []
    const { result } = stage.renderHook(() => {
      typed.useEvent('room', 'moved', ({ data }) => heard.push(data.at))
      return typed.useChannel('room', { presence: { name: 'Ann' } })
    })
    await stage.settle()
    act(() => {
      void result.current.emit('moved', { at: 'whenever' })
    })
    await stage.settle()
    expect(heard).toEqual(['whenever'])
  })

  it('leave a contract alone that others bring', async () => {
    const stage = createStage()
    const typed = createChannelHooks<typeof room>()
    stage.renderHook(() => {
      typed.useMembers('room')
      useChannel('room')
      useEvent('room', () => undefined)
      return useTyped('room')
    })
    await stage.settle()
    expect(await emitBadly(stage)).toMatchObject(refused)
  })
})
