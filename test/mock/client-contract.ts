// What our client SDK gets through somebody else's mocking tool, whichever it is: nothing of the app is changed.
import type { ServerOptions } from '@websockets.do/server-core'
import { describe, expect, it } from 'vitest'
import { join } from '../support/seed-client'
import { VirtualClock } from '@websockets.do/server-core/mock'
import { changed, global, type Install, isOpen, once, startApp } from './app'

export function clientContract(install: Install): void {
  const start = (options: ServerOptions = {}) => startApp(install, options)

  describe('a client of ours, without any change', () => {
    it('connects, sees the others with their presence, and sees them leave [LI-5]', async () => {
      const { app } = start()
      const ada = app({ presence: { name: 'Ada' } })
      await isOpen(ada)
      const grace = app({ presence: { name: 'Grace' } })
      await isOpen(grace)
      expect(grace.others.map(({ presence }) => presence)).toEqual([{ name: 'Ada' }])
      await changed(ada, () => ada.others[0]?.presence['name'] === 'Grace')
      grace.close()
      await changed(ada, () => ada.others.length === 0)
    })

    it('gets what others emit, and learns who acknowledged, bare WebSockets included [ACK-3, CL-2]', async () => {
      const { app } = start()
      const [ada, grace] = [app(), app()]
      await Promise.all([isOpen(ada), isOpen(grace)])
      const seed = await join(global(), '/room/listen')
      const heard = once(grace, 'event')
      const result = await ada.emit('greet', { hello: 'world' }, { requireAck: true, echo: false })
      expect(result.success).toBe(true)
      expect(result.acked?.toSorted()).toEqual([grace.self!.clientID, seed.clientID].toSorted())
      expect(await heard).toMatchObject({ name: 'greet', data: { hello: 'world' }, from: ada.self!.clientID })
    })

    it('is told whom an acknowledgement is missing of when time is up [ACK-3]', async () => {
      const clock = new VirtualClock()
      const { app } = start({ clock })
      const ada = app()
      await isOpen(ada)
      const silent = await join(global(), '/room/listen', { ack: false })
      const sent = ada.emit({ hello: 'silence' }, { requireAck: true })
      await silent.nth('DATA')
      // The sender's own has arrived once it iterates.
      for await (const { clientID } of sent) {
        expect(clientID).toBe(ada.self!.clientID)
        break
      }
      await clock.advance(5_000, async () => {})
      expect(await sent).toMatchObject({
        success: false,
        error: { code: 'ACK_TIMEOUT' },
        acked: [ada.self!.clientID],
        pending: [silent.clientID],
      })
    })

    it('comes back after the server cut it off, as a new member where its session is over', async () => {
      const { app, server } = start({ graceMs: 0 })
      const ada = app()
      await isOpen(ada)
      const before = ada.self!.clientID
      const states: string[] = []
      ada.on('status', ({ state }) => void states.push(state))
      server.channel('room').disconnect(before, { code: 'PING_TIMEOUT' })
      await changed(ada, () => ada.status.state === 'open' && ada.self!.clientID !== before)
      expect(states.slice(0, 3)).toEqual(['reconnecting', 'connecting', 'open'])
      expect(server.channel('room').members()).toHaveLength(1)
    })

    it('ends closed when it is refused, and knows why [LI-6]', async () => {
      const { app } = start({ authorize: () => false })
      const ada = app()
      await changed(ada, () => ada.status.state === 'closed')
      expect(ada.status).toMatchObject({ reason: { code: 'FORBIDDEN', closeCode: 4403 } })
    })

    it('publishes, and reads the history [EM-7, HI-1]', async () => {
      const { client, app } = start({ history: { readable: true } })
      const seed = await join(global(), '/room/listen')
      expect(await client.publish('room', { by: 'http' }, { requireAck: true })).toMatchObject({
        success: true,
        acked: [seed.clientID],
      })
      const { history } = await app().history()
      expect(history.map(({ payload }) => payload)).toEqual([{ by: 'http' }])
    })
  })
}
