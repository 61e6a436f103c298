// useEmit: what becomes of an emit, who acknowledges as they do, and how it fails.
import { useChannel, useEmit } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { type ReactNode, useEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage } from './support/stage'

type Used = ReturnType<typeof useEmit>

const idle = { status: 'idle', acks: [] }

/** A component that is in the room and emits. */
async function mountEmitter(stage: Stage) {
  const hook = stage.renderHook(
    ({ name }) => {
      useChannel(name)
      return useEmit(name)
    },
    { name: 'room' as string | null },
  )
  await stage.settle()
  return {
    ...hook,
    used: (): Used => hook.result.current,
    emit: (...args: unknown[]) => emitBy(hook.result.current, ...args),
  }
}

/** What the promise comes to, told once it is settled. */
function emitBy([emit]: Used, ...args: unknown[]) {
  const outcome: { result?: unknown; error?: unknown } = {}
  act(() => {
    ;(emit as (...all: unknown[]) => Promise<unknown>)(...args).then(
      (result) => (outcome.result = result),
      (error: unknown) => (outcome.error = error),
    )
  })
  return outcome
}

describe('an emit', () => {
  it('is pending until it is answered, and then what the answer says', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { used, emit } = await mountEmitter(stage)
    expect(used()[1]).toEqual(idle)
    const [first] = used()
    const outcome = emit('hello', { n: 1 })
    expect(used()[1]).toEqual({ status: 'pending', acks: [] })
    await stage.settle()
    expect(used()[1]).toMatchObject({ status: 'success', acks: [], result: { success: true, recipients: 2 } })
    expect(outcome.result).toBe(used()[1].result)
    expect(member.data).toEqual([{ event: 'hello', data: { n: 1 } }])
    expect(used()[0]).toBe(first)
  })

  it('shows who has acknowledged, one by one, with their replies [ACK-8]', async () => {
    const stage = createStage()
    const members = [await stage.connect('room'), await stage.connect('room'), await stage.connect('room')]
    const { used, emit } = await mountEmitter(stage)
    emit('ask', 'why', { requireAck: true, echo: false })
    await stage.settle()
    expect(used()[1]).toEqual({ status: 'pending', acks: [] })
    const acks: unknown[] = []
    for (const [at, member] of members.entries()) {
      expect(used()[1].acks).toMatchObject(acks)
      member.ack(member.last('DATA')?.['eventID'], { answer: at })
      await stage.settle()
      acks.push({ clientID: member.clientID, reply: { answer: at } })
      expect(used()[1].status).toBe(at < 2 ? 'pending' : 'success')
    }
    expect(used()[1].acks).toMatchObject(acks)
    expect(used()[1].acks).toHaveLength(3)
    expect(used()[1].result).toMatchObject({ success: true, acked: members.map(({ clientID }) => clientID) })
  })

  it('that not all acknowledge is an error with a result, which names who stayed silent [ACK-3]', async () => {
    const stage = createStage()
    const diligent = await stage.connect('room', { autoAck: true })
    const silent = await stage.connect('room')
    const { used, emit } = await mountEmitter(stage)
    const outcome = emit('ask', 1, { requireAck: true, echo: false, timeoutMs: 3_000 })
    await stage.advance(2_999)
    expect(used()[1]).toMatchObject({ status: 'pending', acks: [{ clientID: diligent.clientID }] })
    await stage.advance(1)
    expect(used()[1]).toMatchObject({
      status: 'error',
      acks: [{ clientID: diligent.clientID }],
      result: { success: false, acked: [diligent.clientID], pending: [silent.clientID] },
      error: { code: 'ACK_TIMEOUT' },
    })
    expect(outcome.result).toBe(used()[1].result)
  })

  it('that one of them could not handle says so', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { used, emit } = await mountEmitter(stage)
    emit('ask', 1, { requireAck: true, echo: false })
    await stage.settle()
    member.ack(member.last('DATA')?.['eventID'], { error: 'no' })
    await stage.settle()
    expect(used()[1]).toMatchObject({
      status: 'error',
      acks: [{ clientID: member.clientID, error: 'no' }],
      result: { failed: [{ clientID: member.clientID, error: 'no' }] },
      error: { code: 'ACK_INCOMPLETE' },
    })
  })

  it.each([
    ['by the server', ['secret', 1], 'FORBIDDEN'],
    ['since it is no JSON', ['hello', { n: 1n }], 'BAD_PAYLOAD'],
    ['since it is too large', ['hello', 'x'.repeat(70_000)], 'PAYLOAD_TOO_LARGE'],
    ['since there are too few', ['hello', 1, { clients: 5 }], 'NOT_ENOUGH_CLIENTS'],
  ])('that is refused is an error without a result: %s', async (_, args, code) => {
    const stage = createStage({
      onEmit: ({ payload }) => ((payload as { event?: string }).event === 'secret' ? false : undefined),
    })
    const { used, emit } = await mountEmitter(stage)
    const outcome = emit(...args)
    await stage.settle()
    expect(used()[1]).toMatchObject({ status: 'error', acks: [], error: { name: 'WebSocketsError', code } })
    expect(used()[1].result).toBeUndefined()
    expect(outcome.error).toBe(used()[1].error)
  })

  it('that nobody awaits is an error in the state alone, also when the channel is closed', async () => {
    const stage = createStage()
    const { used } = await mountEmitter(stage)
    await stage.connect('room')
    act(() => void used()[0]('ask', 1, { requireAck: true }))
    await stage.settle()
    act(() => stage.client.close())
    await stage.settle()
    expect(used()[1]).toMatchObject({ status: 'error', error: { code: 'CLOSED' } })
    expect(used()[1].acks).toHaveLength(1)
  })

  it('waits while there is no connection, and goes out once there is one', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { used, emit } = await mountEmitter(stage)
    await act(() => stage.stop())
    const outcome = emit('late', 1)
    await stage.advance('10s')
    expect([used()[1].status, outcome]).toEqual(['pending', {}])
    stage.start()
    await stage.advance('30s')
    expect(used()[1]).toMatchObject({ status: 'success', result: { recipients: 1 } })
    expect(member.data).toEqual([])
  })

  it('may be given up', async () => {
    const stage = createStage()
    const { used, emit } = await mountEmitter(stage)
    await act(() => stage.stop())
    const given = new AbortController()
    emit('late', 1, { signal: given.signal })
    emit('late', 2, { timeoutMs: 1_000 })
    await stage.advance(1_000)
    expect(used()[1]).toMatchObject({ status: 'error', error: { code: 'TIMEOUT' } })
    emit('late', 3, { signal: given.signal })
    expect(used()[1].status).toBe('pending')
    act(() => given.abort())
    await stage.settle()
    expect(used()[1].status).toBe('error')
  })
})

describe('of several emits', () => {
  it('the last one counts, whichever is answered first', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { used, emit } = await mountEmitter(stage)
    const first = emit('ask', 1, { requireAck: true, echo: false })
    await stage.settle()
    emit('ask', 2, { requireAck: true, echo: false })
    expect(used()[1]).toEqual({ status: 'pending', acks: [] })
    await stage.settle()
    const [one, two] = member.of('DATA')
    member.ack(one?.['eventID'], { answer: 1 })
    await stage.settle()
    expect(used()[1]).toEqual({ status: 'pending', acks: [] })
    expect(first.result).toMatchObject({ success: true })
    member.ack(two?.['eventID'], { answer: 2 })
    await stage.settle()
    expect(used()[1]).toMatchObject({ status: 'success', acks: [{ reply: { answer: 2 } }] })
  })

  it('each component has its own', async () => {
    const stage = createStage()
    const one = await mountEmitter(stage)
    const other = await mountEmitter(stage)
    one.emit('hello', 1)
    await stage.settle()
    expect([one.used()[1].status, other.used()[1]]).toEqual(['success', idle])
  })
})

describe('another name', () => {
  it('begins anew, and is not told what becomes of the emits before', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { used, emit, rerender } = await mountEmitter(stage)
    emit('ask', 1, { requireAck: true, echo: false })
    await stage.settle()
    rerender({ name: 'other' })
    expect(used()[1]).toEqual(idle)
    member.ack(member.last('DATA')?.['eventID'])
    await stage.settle()
    expect(used()[1]).toEqual(idle)
    emit('hello', 1)
    await stage.settle()
    expect(used()[1]).toMatchObject({ status: 'success', result: { recipients: 1 } })
  })

  it('of null is idle, and nothing can be said', async () => {
    const stage = createStage()
    const { used, emit, rerender } = await mountEmitter(stage)
    emit('hello', 1)
    await stage.settle()
    rerender({ name: null })
    expect(used()[1]).toEqual(idle)
    expect(() => used()[0]('hello')).toThrow(expect.objectContaining({ code: 'BAD_CHANNEL' }))
    expect(used()[1]).toEqual(idle)
  })
})

describe('a component that is gone', () => {
  it('while an emit is pending is told nothing, and its caller is told all', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { emit, unmount } = await mountEmitter(stage)
    const outcome = emit('ask', 1, { requireAck: true, echo: false })
    await stage.settle()
    unmount()
    await stage.advance('3s')
    member.ack(member.last('DATA')?.['eventID'])
    await stage.settle()
    expect(outcome.result).toMatchObject({ success: true, acked: [member.clientID] })
    await stage.advance('1s')
    expect(stage.members()).toBe(1)
  })

  it('says its last words, however short the linger', async () => {
    const stage = createStage({ lingerMs: 0, strict: false })
    const member = await stage.connect('room')
    const Guest = (): ReactNode => {
      const { emit, status } = useChannel('room')
      useEffect(() => () => void emit('bye'), [emit])
      return status.state
    }
    const { unmount } = stage.render(<Guest />)
    await stage.settle()
    stage.network.sever()
    unmount()
    await stage.advance('10s')
    expect(member.data).toEqual([])
    expect(
      stage.server
        .channel('room')
        .history({ limit: 1 })
        .map(({ payload }) => payload),
    ).toEqual([{ event: 'bye', data: null }])
    expect(stage.members()).toBe(0)
  })

  it('or holds no channel by anything else keeps it until the emit is answered', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const Button = (): ReactNode => {
      const [emit, { status, acks }] = useEmit('room')
      return (
        <button
          onClick={() => void emit('ask', 1, { requireAck: true, echo: false })}
        >{`${status} ${acks.length}`}</button>
      )
    }
    const { container } = stage.render(<Button />)
    await stage.settle()
    act(() => container.querySelector('button')!.click())
    await stage.advance('4s')
    expect(container.textContent).toBe('pending 0')
    member.ack(member.last('DATA')?.['eventID'])
    await stage.settle()
    expect(container.textContent).toBe('success 1')
    await stage.advance('1s')
    expect(stage.members()).toBe(1)
  })
})
