// A channel that is closed is thrown to the nearest error boundary, and opened anew once that is reset.
import { useConnection, useEvent, useEvents } from '@websockets.do/react/suspense'
import { act, fireEvent, screen } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { Count, createStage, Room, serverRendered, suspended, suspendedHere, tryAgain } from './support/suspense-stage'

const both = [<Room key="room" />, <Count key="count" />]

describe('a channel that is closed after it was connected', () => {
  it('is an error with its code, and is opened anew once the boundary is reset', async () => {
    const stage = createStage()
    const { text } = stage.render(suspended(both))
    await stage.settle()
    for (let times = 1; times < 4; times++) {
      stage.expel()
      await stage.settle()
      expect(text()).toBe('WebSocketsError FORBIDDEN. ')
      await stage.advance(20_000)
      expect(text()).toBe('WebSocketsError FORBIDDEN. ')
      expect(stage.sockets).toHaveLength(times)
      tryAgain()
      expect(text()).toBe('waiting. ')
      await stage.settle()
      expect(text()).toBe('room open. room has 1. ')
    }
  })

  it('is an error in each boundary, and each can be reset by itself, at once', async () => {
    const stage = createStage()
    const { text } = stage.render(
      <>
        {suspended(<Room />)}
        {suspended(<Count />)}
      </>,
    )
    await stage.settle()
    stage.expel()
    await stage.settle()
    expect(text()).toBe('WebSocketsError FORBIDDEN. WebSocketsError FORBIDDEN. ')
    fireEvent.click(screen.getAllByRole('button')[1]!)
    await stage.settle()
    expect(text()).toBe('WebSocketsError FORBIDDEN. room has 1. ')
    tryAgain()
    await stage.settle()
    expect(text()).toBe('room open. room has 1. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([2, 1])
  })

  it('is an error when the program closes the client', async () => {
    const stage = createStage()
    const { text } = stage.render(suspended(both))
    await stage.settle()
    stage.client.close()
    await stage.settle()
    expect(text()).toBe('WebSocketsError CLOSED. ')
    tryAgain()
    await stage.settle()
    expect(text()).toBe('room open. room has 1. ')
  })
})

describe('a channel that is refused', () => {
  it.each([
    ['within a ClientSideSuspense, at once', suspendedHere, 0],
    ['within a Suspense, half a second later', suspended, 500],
    ['within either, much later', suspendedHere, 60_000],
  ])('is tried once for each time that it is asked for: %s', async (_, within, pauseMs) => {
    let isOpen = false
    const stage = createStage({ authorize: () => isOpen })
    const { text } = stage.render(within(both))
    for (let attempts = 1; attempts <= 5; attempts++) {
      await stage.settle()
      expect(text()).toBe('WebSocketsError FORBIDDEN. ')
      await stage.advance(pauseMs)
      expect(text()).toBe('WebSocketsError FORBIDDEN. ')
      expect(stage.sockets).toHaveLength(attempts)
      isOpen = attempts === 5
      tryAgain()
      expect(text()).toBe('waiting. ')
    }
    await stage.settle()
    expect(text()).toBe('room open. room has 1. ')
    expect(stage.sockets).toHaveLength(6)
  })

  it('is the same error for a moment to whatever is rendered again, since React may not have shown it yet', async () => {
    const stage = createStage({ authorize: () => false })
    const { text } = stage.render(suspended(both))
    await stage.settle()
    await stage.advance(400)
    tryAgain()
    expect(text()).toBe('WebSocketsError FORBIDDEN. ')
    expect(stage.sockets).toHaveLength(1)
    await stage.advance(100)
    tryAgain()
    expect(text()).toBe('waiting. ')
    await stage.settle()
    expect(stage.sockets).toHaveLength(2)
  })

  it('is refused to all that wait for it, by one attempt', async () => {
    const stage = createStage({ authorize: () => false })
    const { text } = stage.render(
      <>
        {suspended(both)}
        {suspendedHere(both)}
        {suspendedHere(both)}
      </>,
    )
    await stage.settle()
    expect(text()).toBe('WebSocketsError FORBIDDEN. '.repeat(3))
    await stage.advance(20_000)
    expect(stage.sockets).toHaveLength(1)
  })

  it('is opened for whoever comes later, when it was given up by those that were refused', async () => {
    let isOpen = false
    const stage = createStage({ authorize: () => isOpen })
    stage.device.network.set({ latency: 300 })
    const { text, show } = stage.render(suspended(<Room />))
    await stage.advance(200)
    show(null)
    await stage.advance(20_000)
    isOpen = true
    show(suspended(<Room />))
    await stage.advance(2_000)
    expect(text()).toBe('room open. ')
  })

  it('is an error for a name that no channel can have, each time [CH-3]', async () => {
    const stage = createStage()
    const { text } = stage.render(suspendedHere(<Count name="_" />))
    for (let times = 0; times < 3; times++) {
      await stage.settle()
      expect(text()).toBe('WebSocketsError BAD_CHANNEL. ')
      tryAgain()
    }
    await stage.settle()
    expect(stage.sockets).toHaveLength(0)
  })
})

describe('a closed channel that somebody keeps', () => {
  function Outside(): ReactNode {
    const [last, setLast] = useState('nothing')
    useEvent('room', 'status', ({ state }) => setLast(state))
    const [events, { status }] = useEvents('room')
    const listed = events.map(({ payload }) => payload).join(', ')
    return `[${useConnection('room').state}, heard ${last}, ${status} ${listed}] `
  }

  it('is opened anew for them as well, and nothing is missing to them', async () => {
    const stage = createStage({ history: { readable: true } })
    const { text } = stage.render(
      <>
        <Outside />
        {suspended(<Room />)}
      </>,
    )
    await stage.settle()
    await act(async () => void stage.emit('room', 'one'))
    await stage.settle()
    stage.expel()
    await stage.settle()
    expect(text()).toBe('[closed, heard closed, ready one] WebSocketsError FORBIDDEN. ')
    await act(async () => void stage.emit('room', 'two'))
    tryAgain()
    expect(text()).toMatch(/waiting\. $/)
    await stage.settle()
    await act(async () => void stage.emit('room', 'three'))
    await stage.settle()
    expect(text()).toBe('[open, heard open, ready one, two, three] room open. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([2, 1])
    expect(stage.complaints().filter((complaint) => complaint.includes('Cannot update'))).toEqual([])
  })

  it.each([
    ['', () => undefined],
    [', though a server has rendered it', serverRendered],
  ])('is tried again for what is mounted later%s', async (_, prepare) => {
    let isOpen = false
    const stage = createStage({ authorize: ({ action }) => isOpen || action === 'history' })
    prepare(stage.client, 'room')
    const outside = <Outside key="outside" />
    const { text, show } = stage.render([outside])
    await stage.advance(1_000)
    expect(text()).toContain('[closed, ')
    isOpen = true
    show([outside, suspended(<Count />)])
    expect(text()).toMatch(/waiting\. $/)
    await stage.settle()
    expect(text()).toBe('[open, heard open, ready ] room has 1. ')
    expect(stage.sockets).toHaveLength(2)
  })

  it('is tried again for what comes back to it', async () => {
    const stage = createStage()
    const outside = <Outside key="outside" />
    const { text, show } = stage.render([outside, suspended(<Count />)])
    await stage.settle()
    show([outside, suspended(<Count name="other" />)])
    await stage.advance(1_000)
    stage.expel()
    await stage.settle()
    expect(text()).toMatch(/^\[closed.* other has 1\. $/)
    show([outside, suspended(<Count />)])
    await stage.settle()
    expect(text()).toMatch(/^\[open.* room has 1\. $/)
  })
})
