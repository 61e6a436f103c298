// What of an adapter only the program around the server can see: the codes that its hooks are told, and the timers that are left.
// All the rest is seen from outside, by the conformance kit.
import { createServer, type Server, type ServerOptions } from '@websockets.do/server-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CountingClock } from '../support/counting-clock'
import { EventReader } from '../support/event-source'
import { join, type Runtime, SeedClient } from '../support/seed-client'

/** A server that is reached by its adapter. */
export interface Embedded extends Runtime {
  readonly fetch: typeof fetch
  /** Closes the server without a drain, and puts away what the adapter opened. Idempotent. */
  close(): Promise<void>
}

export function describeInProcess(name: string, open: (server: Server) => Promise<Embedded>): void {
  async function start(options: ServerOptions) {
    const embedded = await open(createServer(options))
    onTestFinished(() => embedded.close())
    return embedded
  }

  async function observe(server: Embedded, { query = '', signal }: { query?: string; signal?: AbortSignal } = {}) {
    const init = { headers: { accept: 'text/event-stream' }, ...(signal && { signal }) }
    return new EventReader(await server.fetch(`${server.url}/room/listen${query}`, init))
  }

  describe(`a program around a server over ${name}`, () => {
    it.each([
      ['1000', 1000, 1000],
      ['a code of its own', 3999, 3999],
      ['no code', undefined, 1005],
    ])('hears how a client closes: %s [RS-5]', async (_how, code, reported) => {
      const left: (number | undefined)[] = []
      const server = await start({ onLeave: ({ code: was }) => void left.push(was) })
      const watcher = await join(server, '/room/listen')
      const leaver = await join(server, '/room/listen')
      await leaver.leave(code)
      expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID: leaver.clientID })
      expect(left).toEqual([reported])
    })

    it('sees one token only, wherever it stands among the subprotocols [OR-2]', async () => {
      const tokens: (string | undefined)[] = []
      const server = await start({ authorize: ({ token }) => tokens.push(token) > 0 })
      await join(server, '/room/listen', { protocols: ['other', 'bearer.se-cret', 'websockets.do'] })
      await join(server, '/room/listen')
      expect(tokens).toEqual(['se-cret', undefined])
    })

    it('has no timer left of a client that closes while it is still connecting: 1006 [ER-1]', async () => {
      const clock = new CountingClock()
      const server = await start({ clock })
      const hasty = new SeedClient(server, '/room/listen')
      hasty.socket.close()
      expect((await hasty.ended).code).toBe(1006)
      expect(hasty.received).toEqual([])
      const watcher = await join(server, '/room/listen')
      await watcher.leave(1000)
      await clock.idle()
    })

    it.each(['cancels the stream', 'aborts the request'])(
      'has no timer left of an observer that %s [LI-2, CH-4]',
      async (how) => {
        const clock = new CountingClock()
        const server = await start({ clock })
        const aborter = new AbortController()
        const events = await observe(server, { signal: aborter.signal })
        await events.next()
        expect(clock.running).toBe(1)
        if (how === 'cancels the stream') await events.cancel()
        else aborter.abort()
        await clock.idle()
      },
    )

    it.each(['cancels the stream', 'aborts the request'])(
      'has no timer left of a member by events that %s, comes back and leaves [LI-3, RS-5]',
      async (how) => {
        const clock = new CountingClock()
        const server = await start({ clock, graceMs: 60_000 })
        const aborter = new AbortController()
        const events = await observe(server, { query: '?member=true&session=new', signal: aborter.signal })
        const { session } = (await events.next())!.data.payload
        const watcher = await join(server, '/room/listen')
        if (how === 'cancels the stream') await events.cancel()
        else aborter.abort()
        const back = await join(server, `/room/listen?session=${session}`)
        expect(back.received[0]!.payload).toMatchObject({ resumed: true })
        await back.leave(1000)
        await watcher.nth('PRESENCE:LEFT')
        await watcher.leave(1000)
        await clock.idle()
      },
    )

    it('has no timer left once the server is closed [HL-1, CH-4]', async () => {
      const clock = new CountingClock()
      const server = await start({ clock, history: { maxEvents: 0 } })
      const member = await join(server, '/room/listen')
      await join(server, '/room/listen', { pong: false })
      await server.fetch(`${server.url}/room/emit?require-ack=true`, { method: 'POST', body: '1' })
      await server.close()
      await member.ended
      await clock.idle()
      expect(clock.running).toBe(0)
    })
  })
}
