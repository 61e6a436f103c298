// What a bare WebSocket gets through somebody else's mocking tool, whichever it is.
import type { ServerOptions } from '@websockets.do/server-core'
import { describe, expect, it } from 'vitest'
import { join, SeedClient } from '../support/seed-client'
import { deferred, global, type Install, life, startApp, url, watch } from './app'

export function socketContract(install: Install): void {
  const start = (options: ServerOptions = {}) => startApp(install, options)

  describe('a bare WebSocket', () => {
    it('is welcomed, told who comes and goes, and goes with its own code [LI-5, MS-3]', async () => {
      const left = deferred<number | undefined>()
      start({ onLeave: ({ code }) => left.resolve(code) })
      const first = await join(global(), '/room/listen')
      const second = await join(global(), `/room/listen?presence=${encodeURIComponent('{"name":"Ä &?#%"}')}`)
      expect((await first.nth('PRESENCE:JOINED')).payload).toMatchObject({ presence: { name: 'Ä &?#%' } })
      expect(second.of('CONNECTED')[0]!.payload.members).toMatchObject([{ clientID: first.clientID }])
      expect(await second.leave(4001)).toMatchObject({ code: 4001 })
      expect((await first.nth('PRESENCE:LEFT')).payload).toMatchObject({ clientID: second.clientID })
      expect(await left.promise).toBe(4001)
    })

    it('keeps the name of its channel as it was encoded [CH-1]', async () => {
      const joined = deferred<string>()
      start({ onJoin: ({ channel }) => joined.resolve(channel) })
      await join(global(), '/a%2Fb%20%3Fc%C3%A4/listen')
      expect(await joined.promise).toBe('a/b ?cä')
    })

    it('is closed with the code and the reason that the server gives [LI-6]', async () => {
      const { server } = start()
      const seed = await join(global(), '/room/listen')
      server.channel('room').disconnect(seed.clientID, { message: 'you know why' })
      expect(await seed.ended).toEqual({ code: 4403, reason: 'FORBIDDEN' })
      expect(seed.received.at(-1)).toMatchObject({
        type: 'ERROR',
        payload: { code: 'FORBIDDEN', message: 'you know why' },
      })
      const told = new SeedClient(global(), '/room/listen?session=&rewind=none')
      expect(await told.ended).toMatchObject({ code: 4400 })
      expect(told.received).toMatchObject([{ type: 'ERROR', payload: { code: 'BAD_PARAMETER' } }])
      const first = await join(global(), '/room/listen')
      await server.close({ drainMs: 0 })
      expect(await first.ended).toEqual({ code: 1012, reason: 'retry-after=1000' })
    })

    it('sees a refused connection fail with 1006, and never sees it open [LI-6]', async () => {
      start({ authorize: () => false })
      expect(await life('/room/listen')).toEqual(['error', 'close 1006'])
      expect(await life('/_/listen')).toEqual(['error', 'close 1006'])
      expect(await life('/somewhere/else')).toEqual(['error', 'close 1006'])
    })

    it('sees its connection fail where the server itself fails, and so does a request', async () => {
      const broken = {
        url,
        fetch: () => Promise.reject(new Error('broken')),
        WebSocket: Broken as unknown as typeof WebSocket,
      }
      const { fetch } = install(broken)
      expect(await life('/room/listen')).toEqual(['error', 'close 1006'])
      await expect(fetch(`${url}/room/members`)).rejects.toThrow(/./)
    })

    it('is not open before the server has decided, however long that takes', async () => {
      const verdict = deferred<boolean>()
      start({ authorize: ({ channel }) => channel === 'open' || verdict.promise })
      const states: string[] = []
      const undecided = watch('/room/listen', states)
      const late = new SeedClient(global(), '/late/listen')
      // Two connections one after the other take longer than any delay of the tool's own.
      await (await join(global(), '/open/listen')).leave()
      await (await join(global(), '/open/listen')).leave()
      expect(states).toEqual([])
      expect(late.socket.readyState).toBe(0)
      verdict.resolve(false)
      await undecided
      expect(states).toEqual(['error', 'close 1006'])
    })

    it('is open as soon as the server has decided late, and misses nothing [LI-5]', async () => {
      const verdict = deferred<boolean>()
      start({ authorize: ({ channel }) => channel === 'open' || verdict.promise })
      const late = new SeedClient(global(), '/late/listen')
      await (await join(global(), '/open/listen')).leave()
      await (await join(global(), '/open/listen')).leave()
      verdict.resolve(true)
      expect((await late.nth('CONNECTED')).payload).toMatchObject({ members: [] })
      expect(late.socket.readyState).toBe(1)
    })

    it('hands in a token as a subprotocol, and is never answered with it [OR-2]', async () => {
      const tokens: (string | undefined)[] = []
      start({ authorize: ({ token }) => tokens.push(token) > 0 })
      const first = await join(global(), '/room/listen', { protocols: ['websockets.do', 'bearer.x'] })
      const second = await join(global(), '/room/listen', { protocols: ['bearer.y', 'websockets.do'] })
      expect([first.socket.protocol, second.socket.protocol]).toEqual(['websockets.do', 'websockets.do'])
      expect(tokens).toEqual(['x', 'y'])
      expect((await join(global(), '/room/listen')).socket.protocol).toBe('')
    })

    it('gets 1,000 events and sends 1,000 in the order in which they were sent [EM-9]', async () => {
      const { server } = start({ limits: { messagesPerSecond: 10_000, messageBurst: 10_000 } })
      const seed = await join(global(), '/room/listen')
      for (let n = 0; n < 1_000; n++) void server.channel('room').emit({ n })
      await seed.nth('DATA', 1_000)
      expect(seed.of('DATA').map(({ payload }) => payload.n)).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
      for (let n = 0; n < 1_000; n++) seed.send({ type: 'EMIT', payload: { n }, ref: `${n}` })
      await seed.nth('EMITTED', 1_000)
      const echoed = seed.of('DATA').slice(1_000)
      expect(echoed.map(({ payload }) => payload.n)).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
    })

    it('has what it sent before it closed delivered', async () => {
      const left = deferred<void>()
      const { server } = start({ onLeave: () => left.resolve() })
      const seed = await join(global(), '/room/listen')
      for (let n = 0; n < 50; n++) seed.send({ type: 'EMIT', payload: { n } })
      seed.socket.close()
      await left.promise
      expect(
        server
          .channel('room')
          .history()
          .map(({ payload }) => payload),
      ).toHaveLength(50)
    })

    it('is told BAD_MESSAGE when it sends what is binary or no JSON, and stays [CL-7]', async () => {
      start()
      const seed = await join(global(), '/room/listen')
      seed.socket.send(new Uint8Array([1, 2, 3]).buffer)
      expect((await seed.nth('ERROR')).payload).toMatchObject({ code: 'BAD_MESSAGE' })
      seed.socket.send('no JSON')
      expect((await seed.nth('ERROR', 2)).payload).toMatchObject({ code: 'BAD_MESSAGE' })
      seed.send({ type: 'PING' })
      await seed.nth('PONG')
    })

    it('gives up before the server has decided, and nobody joins', async () => {
      const verdict = deferred<boolean>()
      const joined: string[] = []
      const { server } = start({
        authorize: ({ channel }) => channel === 'open' || verdict.promise,
        onJoin: ({ channel }) => void joined.push(channel),
      })
      const early = new SeedClient(global(), '/room/listen')
      await (await join(global(), '/open/listen')).leave()
      early.socket.close()
      await early.ended
      verdict.resolve(true)
      await join(global(), '/open/listen')
      expect(joined).toEqual(['open', 'open'])
      expect(server.channel('room').members()).toEqual([])
    })

    it.each([
      ['of the same origin', 'https://api.example', 'CONNECTED'],
      ['of an origin that is listed', 'https://app.example', 'CONNECTED'],
      ['of any other origin', 'https://evil.example', 'refused'],
      ['without an origin of its own', 'null', 'refused'],
    ])('of a page %s gets what the real server would say [OR-1]', async (_, origin, outcome) => {
      const { server, fetch } = startApp(install, { origins: ['https://app.example'] }, { origin })
      if (outcome === 'refused') expect(await life('/room/listen')).toEqual(['error', 'close 1006'])
      else await join(global(), '/room/listen')
      const response = await fetch(`${url}/room/members`)
      expect(response.status).toBe(outcome === 'refused' ? 403 : 200)
      expect(server.channel('room').members()).toHaveLength(outcome === 'refused' ? 0 : 1)
    })
  })
}

function Broken() {
  throw new Error('broken')
}
