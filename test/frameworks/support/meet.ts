// Two people who meet over a server, by the real client: what an app is mounted for.
import { type Channel, createClient } from '@websockets.do/client'
import { expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** Somebody in a channel of the server at `url`, until the test is over. */
export function enter(url: string, name: string, channel = 'hall'): Channel {
  const client = createClient({ url, WebSocket: WebSocket as unknown as typeof globalThis.WebSocket })
  onTestFinished(() => client.close())
  return client.channel(channel, { presence: { name } })
}

async function until(channel: Channel, holds: () => boolean): Promise<void> {
  if (holds()) return
  await new Promise<void>((resolve) => {
    const stop = channel.subscribe(() => {
      if (!holds()) return
      stop()
      resolve()
    })
  })
}

export async function opened(channel: Channel): Promise<void> {
  await until(channel, () => channel.snapshot().status.state === 'open')
}

/** Why it lost its connection, once it has. */
export async function reconnecting(channel: Channel): Promise<string | undefined> {
  await until(channel, () => channel.snapshot().status.state === 'reconnecting')
  const { status } = channel.snapshot()
  return status.state === 'reconnecting' ? status.reason.code : undefined
}

/** They see each other, one says something, the other hears and acknowledges it, and a POST reaches both. */
export async function expectMeeting(url: string): Promise<void> {
  const [ann, ben] = [enter(url, 'Ann', 'lobby'), enter(url, 'Ben', 'lobby')]
  const sees = (channel: Channel, name: string) =>
    until(channel, () => channel.snapshot().others.some(({ presence }) => presence['name'] === name))
  await Promise.all([sees(ann, 'Ben'), sees(ben, 'Ann')])
  ben.presence.set({ name: 'Benjamin' })
  await sees(ann, 'Benjamin')
  const heard = (channel: Channel, event: string) =>
    new Promise((resolve) => channel.on(event, ({ data }) => resolve(data)))
  const benHears = heard(ben, 'hello')
  expect(await ann.emit('hello', 'Ben', { requireAck: true, echo: false })).toMatchObject({
    success: true,
    acked: [ben.snapshot().self?.clientID],
  })
  expect(await benHears).toBe('Ben')
  const bothHear = Promise.all([heard(ann, 'deployed'), heard(ben, 'deployed')])
  const body = JSON.stringify({ event: 'deployed', data: 7 })
  const answer = await fetch(`${url}/lobby/emit?require-ack=true`, { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ success: true, recipients: 2 })
  expect(await bothHear).toEqual([7, 7])
}
