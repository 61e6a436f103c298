// Components that wait for a channel, on a server: there is none to wait for, and the page goes on from what was rendered.
import { Writable } from 'node:stream'
import { ClientSideSuspense } from '@websockets.do/react/suspense'
import { render } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { registryOf } from '../../packages/react/src/registry'
import { Count, createStage, Room, serverRendered, suspended } from './support/suspense-stage'

const here = (
  <ClientSideSuspense fallback="waiting. ">
    <Room />
  </ClientSideSuspense>
)

it('a ClientSideSuspense shows its fallback on a server and while hydrating, and then waits', async () => {
  const stage = createStage()
  const html = renderToString(stage.provided(here))
  await stage.settled()
  expect([html, stage.sockets.length]).toEqual(['waiting. ', 0])
  const { container, onRecoverableError } = hydrate(html, stage.provided(here))
  expect(container.textContent).toBe('waiting. ')
  await stage.settle()
  expect(container.textContent).toBe('room open. ')
  expect(onRecoverableError).not.toHaveBeenCalled()
  expect(stage.complaints()).toEqual([])
})

it('without one a component says what is missing: the nearest fallback is streamed, and the page takes over', async () => {
  const stage = createStage()
  const app = stage.provided(
    <Suspense fallback="waiting. ">
      <Room />
    </Suspense>,
  )
  expect(() => renderToString(stage.provided(<Room />))).toThrow('expected a <ClientSideSuspense> above')
  const { html, errors } = await stream(app)
  expect(html).toContain('waiting. ')
  expect(errors).toEqual([expect.stringContaining('expected a <ClientSideSuspense> above')])
  expect([stage.sockets.length, registryOf(stage.client).entries.size]).toEqual([0, 0])
  const { container } = hydrate(html, app)
  await stage.settle()
  expect(container.textContent).toContain('room open. ')
})

it('what a server has loaded is rendered there and stays until the channel is connected, but oneself', async () => {
  const stage = createStage()
  serverRendered(stage.client, 'room')
  const app = stage.provided(
    <>
      <Count />
      {here}
    </>,
  )
  const html = renderToString(app)
  expect(html).toBe('<b>room has 1. </b>waiting. ')
  stage.device.network.set({ latency: 300 })
  const { container, onRecoverableError } = hydrate(html, app)
  expect(container.textContent).toBe('room has 1. waiting. ')
  await stage.advance(500)
  expect(container.textContent).toBe('room has 1. waiting. ')
  await stage.connect('room')
  await stage.advance(1_000)
  expect(container.textContent).toBe('room has 2. room open. ')
  expect(onRecoverableError).not.toHaveBeenCalled()
  expect(stage.sockets).toHaveLength(1)
})

it('what is mounted with it takes nothing from what still waits', async () => {
  const stage = createStage()
  serverRendered(stage.client, 'room')
  stage.device.network.set({ latency: 600 })
  const { text, show } = stage.render([suspended(<Room />)])
  await stage.advance(100)
  show([suspended(<Room />), <Count key="count" />])
  expect(text()).toBe('waiting. room has 1. ')
  await stage.advance(1_200)
  expect(text()).toBe('room open. room has 1. ')
  expect(stage.sockets).toHaveLength(1)
})

function hydrate(html: string, app: ReactNode) {
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = html
  const onRecoverableError = vi.fn()
  render(app, { container, hydrate: true, onRecoverableError })
  return { container, onRecoverableError }
}

async function stream(app: ReactNode) {
  const errors: string[] = []
  let html = ''
  await new Promise<void>((resolve) => {
    const sink = new Writable({
      write(chunk, _, next) {
        html += String(chunk)
        next()
      },
      final: () => resolve(),
    })
    const onError = (error: unknown): void => void errors.push(String(error))
    const { pipe } = renderToPipeableStream(app, { onError, onAllReady: () => void pipe(sink) })
  })
  return { html, errors }
}
