// A limit that changes while there is no connection to read by.
import { act } from '@testing-library/react'
import { expect, it } from 'vitest'
import { Chat } from './support/rendered-room'
import { createStage } from './support/server-rendered'

it('a limit that is raised before the page is connected reads further back, too', async () => {
  const stage = createStage({ strict: false })
  for (const n of [1, 2, 3, 4, 5]) await stage.publish(n)
  const page = await stage.serve(<Chat limit={2} />, ['room'], { limit: 2 })
  stage.slowDown()
  const { root, client, text } = await stage.hydrate(page, <Chat limit={2} />)
  await act(() => root.render(stage.provided(client, page.state, <Chat limit={5} />)))
  await stage.settle()
  expect(text('chat')).toBe('ready: 1,2,3,4,5')
})
