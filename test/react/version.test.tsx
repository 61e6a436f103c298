// Which React the tests in this folder run with: each project means one major version, and all that is loaded must be of it.
import { WebSocketsProvider, useChannel } from '@websockets.do/react'
import { act, render } from '@testing-library/react'
import * as react from 'react'
import * as dom from 'react-dom'
import * as server from 'react-dom/server'
import { expect, it } from 'vitest'
import { createWorld } from '../support/world'

const major = process.env['REACT_MAJOR']

it('is the version that the project is for, in the page and on a server', () => {
  const versions = [react, dom, server].map(({ version }) => version.split('.')[0])
  expect(versions).toEqual([major, major, major])
})

it('is what JSX becomes elements of', () => {
  const kindOf = (element: object): unknown => Reflect.get(element, '$$typeof')
  expect(kindOf(<p />)).toBe(kindOf(react.createElement('p')))
  expect(kindOf(<p />)).toBe(Symbol.for(major === '18' ? 'react.element' : 'react.transitional.element'))
})

it('is the one that the hooks and Testing Library render with', async () => {
  const world = createWorld()
  const App = () => `${react.version} ${useChannel('room').status.state}`
  const { container } = render(
    <WebSocketsProvider client={world.client()}>
      <App />
    </WebSocketsProvider>,
  )
  await act(() => world.settled())
  expect(container.textContent).toBe(`${react.version} open`)
})
