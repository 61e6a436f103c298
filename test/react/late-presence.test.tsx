// Presence that a component brings to a channel that is open already.
import { useChannel, useMembers, usePresence } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('is told where nobody has presented anything, as on the page that comes after one with a list alone', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const list = stage.renderHook(() => useMembers('room'))
  await stage.settle()
  list.unmount()
  const { result } = stage.renderHook(() => useChannel('room', { presence: { name: 'Ann' } }))
  await stage.settle()
  expect(result.current.self?.presence).toEqual({ name: 'Ann' })
  expect(watcher.last('PRESENCE:UPDATED')?.payload).toMatchObject({ presence: { name: 'Ann' } })
  expect(watcher.of('PRESENCE:JOINED')).toHaveLength(1)
})

it('takes nothing back of what was presented', async () => {
  const stage = createStage()
  const { result } = stage.renderHook(() => usePresence('room', { presence: { name: 'Ann' } }))
  await stage.settle()
  act(() => result.current[1]({ name: 'Ann Lee' }))
  stage.renderHook(() => useChannel('room', { presence: { name: 'Ann' } }))
  await stage.settle()
  expect(result.current[0]).toEqual({ name: 'Ann Lee' })
})
