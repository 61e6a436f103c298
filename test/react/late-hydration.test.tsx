// Parts of a page that are hydrated when another has opened the channel already: later, or in a root of their own.
import { act } from '@testing-library/react'
import { type ReactNode, Suspense, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { bob, Chat, createGate, eve, People } from './support/rendered-room'
import { createStage } from './support/server-rendered'

describe('a part that is hydrated later', () => {
  async function hydratedInParts() {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.publish('before')
    const parts = (Gate: (props: { readonly children: ReactNode }) => ReactNode): ReactNode => (
      <>
        <People id="early-people" />
        <Chat id="early" />
        <Suspense fallback="…">
          <Gate>
            <People id="late-people" />
            <Chat id="late" />
          </Gate>
        </Suspense>
      </>
    )
    const page = await stage.serve(parts(({ children }) => children))
    const { open, Gate } = createGate(false)
    await stage.publish('since')
    stage.slowDown()
    const hydrated = await stage.hydrate(page, parts(Gate))
    return { ...stage, ...hydrated, open }
  }

  it('finds what it was rendered with, though the channel is open by then, and misses no event [I3, I4]', async () => {
    const { connect, settle, publish, open, text } = await hydratedInParts()
    await connect('room', eve)
    await settle()
    await publish('then')
    await settle()
    expect([text('early'), text('late')]).toEqual(['ready: before,since,then', 'ready: before'])
    await open()
    expect([text('late'), text('late-people')]).toEqual(['loading: before', 'undefined,Bob,Eve'])
    await settle()
    expect([text('late'), text('late-people')]).toEqual(['ready: before,since,then', 'undefined,Bob,Eve'])
    await publish('after')
    await settle()
    expect([text('early'), text('late')]).toEqual(Array(2).fill('ready: before,since,then,after'))
  })

  it('is given what comes as the channel connects like the others are [I3, I4]', async () => {
    const { settle, publish, open, text, requests, sockets } = await hydratedInParts()
    await open()
    await publish('then')
    await settle()
    expect([text('early'), text('late')]).toEqual(Array(2).fill('ready: before,since,then'))
    expect([sockets.length, requests.length]).toEqual([1, 0])
  })

  it('finds what it was rendered with, though the channel is closed again by then', async () => {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.publish('before')
    const Early = (): ReactNode => {
      const [isThere, setThere] = useState(true)
      return <button onClick={() => setThere(false)}>{isThere && <Chat id="early" />}</button>
    }
    const parts = (Gate: (props: { readonly children: ReactNode }) => ReactNode): ReactNode => (
      <>
        <Early />
        <Suspense fallback="…">
          <Gate>
            <People />
            <Chat />
          </Gate>
        </Suspense>
      </>
    )
    const page = await stage.serve(parts(({ children }) => children))
    const { open, Gate } = createGate(false)
    const { container, text } = await stage.hydrate(page, parts(Gate))
    await stage.settle()
    await act(() => container.querySelector('button')?.click())
    await stage.later(5_000)
    expect(stage.members('room')).toHaveLength(1)
    await stage.publish('then')
    await open()
    await stage.settle()
    expect([text('chat'), text('people')]).toEqual(['ready: before,then', 'undefined,Bob'])
  })
})

describe('two roots of a client', () => {
  it.each(['at once', 'one after the other'])(
    'share the channel, and each has every event, hydrated %s',
    async (how) => {
      const stage = createStage()
      const browser = stage.browser()
      await stage.publish('before')
      const one = await stage.serve(<Chat />)
      await stage.publish('between')
      const two = await stage.serve(<Chat />)
      await stage.publish('since')
      const first = await stage.hydrate(one, <Chat />, browser)
      if (how !== 'at once') await stage.settle()
      const second = await stage.hydrate(two, <Chat />, browser)
      await stage.settle()
      await stage.publish('after')
      await stage.settle()
      for (const { text } of [first, second]) expect(text('chat')).toBe('ready: before,between,since,after')
      expect(browser.sockets).toHaveLength(1)
    },
  )

  it('have every event also where the one that is hydrated first was rendered last', async () => {
    const stage = createStage()
    const browser = stage.browser()
    await stage.publish('before')
    const early = await stage.serve(<Chat />)
    await stage.publish('between')
    const late = await stage.serve(<Chat />)
    stage.slowDown()
    const first = await stage.hydrate(late, <Chat />, browser)
    const second = await stage.hydrate(early, <Chat />, browser)
    await stage.settle()
    for (const { text } of [first, second]) expect(text('chat')).toBe('ready: before,between')
  })
})
