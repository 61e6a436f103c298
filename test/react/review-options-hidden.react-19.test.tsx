// The options of a component that is hidden, which lets go like one that is gone.
import { useChannel } from '@websockets.do/react'
import { Activity, type ReactNode } from 'react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

const Named = ({ name }: { readonly name: string }): ReactNode => {
  useChannel('room', { presence: { name } })
  return null
}

it('are not those that a channel is opened with for one that is seen', async () => {
  const stage = createStage()
  const app = (mode: 'hidden' | 'visible', isOther: boolean): ReactNode => (
    <>
      <Activity mode={mode}>
        <Named name="hidden" />
      </Activity>
      {isOther && <Named name="seen" />}
    </>
  )
  const { rerender } = stage.render(app('visible', false))
  await stage.settle()
  rerender(app('hidden', false))
  await stage.advance('5s')
  expect(stage.members()).toBe(0)
  rerender(app('hidden', true))
  await stage.settle()
  expect(stage.server.channel('room').members()).toMatchObject([{ presence: { name: 'seen' } }])
})
