// The adapters' contract, WebSockets: what arrives, in which order, and how connections end.
import { describe, expect, it } from 'vitest'
import { CountingClock } from '../support/counting-clock'
import { join, SeedClient } from '../support/seed-client'
import { bytewise, get, KIB_64, ODD_TEXT, padded, post } from './calls'
import type { Open } from './contract'

export function describeSockets(name: string, start: Open): void {
  describe(`a WebSocket over ${name}`, () => {
    it('opens at /:channel/listen, and CONNECTED comes first [LI-1]', async () => {
      const member = await join(await start(), '/room/listen')
      expect(member.received[0]).toMatchObject({ type: 'CONNECTED', latency: 0, payload: { members: [] } })
      expect(member.clientID).toMatch(/^client_[\w-]{16,}$/)
    })

    it('shows a joiner who is there, and shows the others the joiner [LI-5]', async () => {
      const server = await start()
      const first = await join(server, '/room/listen')
      const second = await join(server, `/room/listen?presence=${encodeURIComponent('{"username":"Çerulean"}')}`)
      expect(second.received[0]!.payload.members).toEqual([{ clientID: first.clientID, presence: {} }])
      const joined = await first.nth('PRESENCE:JOINED')
      expect(joined.payload).toEqual({ clientID: second.clientID, presence: { username: 'Çerulean' } })
      expect(second.of('PRESENCE:JOINED')).toEqual([])
    })

    it('tells everyone of a new presence, the sender included [MS-4]', async () => {
      const server = await start()
      const first = await join(server, '/room/listen')
      const second = await join(server, '/room/listen')
      second.send({ type: 'PRESENCE', payload: { x: 1 } })
      const seen = await Promise.all([first, second].map((member) => member.nth('PRESENCE:UPDATED')))
      for (const { payload } of seen) expect(payload).toEqual({ clientID: second.clientID, presence: { x: 1 } })
    })

    it('keeps channels apart, however their names are written in the URL [CH-1]', async () => {
      const server = await start()
      const [plain, odd] = await Promise.all([join(server, '/a/listen'), join(server, '/a%2F%F0%9F%A6%8A%20b/listen')])
      await post(server, '/a%2f🦊%20b/emit', '"odd"')
      await post(server, '/a/emit', '"plain"')
      expect((await odd.nth('DATA')).payload).toBe('odd')
      expect((await plain.nth('DATA')).payload).toBe('plain')
    })

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

    it('gives a member back its place, with what it missed, after a close that was none of its will [RS-3, RS-2]', async () => {
      const server = await start()
      const watcher = await join(server, '/room/listen')
      const member = await join(server, '/room/listen?session=new')
      const { session, epoch, seq } = member.received[0]!.payload
      await member.leave(4000)
      await post(server, '/room/emit', JSON.stringify(ODD_TEXT))
      const back = await join(server, `/room/listen?session=${session}&since=${epoch}:${seq}&attempt=1`)
      expect(back.clientID).toBe(member.clientID)
      expect(back.received[0]!.payload).toMatchObject({ resumed: true, recovered: true })
      expect((await back.nth('DATA')).payload).toEqual(ODD_TEXT)
      expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    })

    it('replaces an open connection by a newer one of its session [RS-6]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen?session=new')
      const back = await join(server, `/room/listen?session=${member.received[0]!.payload.session}&attempt=1`)
      expect((await member.nth('ERROR')).payload).toMatchObject({ code: 'REPLACED' })
      expect((await member.ended).code).toBe(4409)
      await post(server, '/room/emit', '1')
      expect((await back.nth('DATA')).payload).toBe(1)
    })

    it.each([1000, undefined])('ends a session at once when it is closed with %s [RS-5]', async (code) => {
      const server = await start()
      const watcher = await join(server, '/room/listen')
      const member = await join(server, '/room/listen?session=new')
      await member.leave(code)
      expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID: member.clientID })
    })

    it('lets a client close while it is still connecting, and keeps no ghost of it [ER-1]', async () => {
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
  })

  describe(`messages over ${name}`, () => {
    it('brings what was POSTed to every member [EM-1]', async () => {
      const server = await start()
      const members = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      const answer = await post(server, '/room/emit', '{"hello":["world",null,1.5,{}]}')
      expect(answer).toMatchObject({ status: 200, body: { success: true, recipients: 2 } })
      for (const member of members) {
        const data = await member.nth('DATA')
        expect(data).toMatchObject({ clientID: member.clientID, eventID: answer.body.eventID, requires_ack: false })
        expect(data.payload).toEqual({ hello: ['world', null, 1.5, {}] })
      }
    })

    it('brings the parameters of a GET to every member [EM-2]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen')
      const answer = await get(server, '/room/emit?hello=w%C3%B6rld+%F0%9F%A6%8A&n=1&n=2')
      expect(answer).toMatchObject({ status: 200, body: { recipients: 1 } })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect((await member.nth('DATA')).payload).toEqual({ hello: 'wörld 🦊', n: '2' })
    })

    it('waits for the acknowledgements, and names who gave them [ACK-3]', async () => {
      const server = await start()
      const members = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      const { status, body } = await post(server, '/room/emit?require-ack=true', '1')
      expect({ status, success: body.success }).toEqual({ status: 200, success: true })
      expect(body.acked.toSorted()).toEqual(members.map(({ clientID }) => clientID).toSorted())
    })

    it('answers 408 after _timeout, and names who stayed silent [ACK-3]', async () => {
      const server = await start()
      const active = await join(server, '/room/listen')
      const silent = await join(server, '/room/listen', { ack: false })
      const { status, body } = await post(server, '/room/emit?require-ack=true&_timeout=60', '1')
      expect({ status, code: body.error.code }).toEqual({ status: 408, code: 'ACK_TIMEOUT' })
      expect(body).toMatchObject({ acked: [active.clientID], pending: [silent.clientID] })
    })

    it('answers 408 as soon as the last one who was awaited has gone [ACK-4]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen', { ack: false })
      const answer = post(server, '/room/emit?require-ack=true&_timeout=60000', '1')
      await member.nth('DATA')
      member.socket.close()
      expect(await answer).toMatchObject({
        status: 408,
        body: { left: [member.clientID], error: { code: 'ACK_INCOMPLETE' } },
      })
    })

    it('reaches only whom `clients` names, or as many as it says [EM-4, EM-5]', async () => {
      const server = await start()
      const [one, other] = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      await post(server, `/room/emit?clients=${one.clientID}`, '"for one"')
      const drawn = await post(server, '/room/emit?clients=1', '"for any"')
      expect(drawn.body.recipients).toBe(1)
      await post(server, '/room/emit', '"for all"')
      const [last] = await Promise.all(
        [one, other].map((member) => member.with('DATA', (payload) => payload === 'for all')),
      )
      expect(last!.payload).toBe('for all')
      const seen = [one, other].flatMap((member) => member.of('DATA').map(({ payload }) => payload))
      expect(seen.toSorted()).toEqual(['for all', 'for all', 'for any', 'for one'])
      expect(other.of('DATA').map(({ payload }) => payload)).not.toContain('for one')
    })

    it('brings 1,000 messages of one socket in their order [EM-9]', async () => {
      const server = await start({ limits: { messageBurst: 2_000 } })
      const reader = await join(server, '/room/listen')
      const writer = await join(server, '/room/listen')
      for (let n = 1; n <= 1_000; n++) writer.send({ type: 'EMIT', payload: n })
      await reader.nth('DATA', 1_000)
      expect(reader.of('DATA').map(({ payload }) => payload)).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1))
    })

    it('carries text beyond the BMP both ways, over sockets, bodies and URLs [MS-1]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen')
      member.send({ type: 'EMIT', payload: ODD_TEXT })
      expect((await member.nth('DATA', 1)).payload).toBe(ODD_TEXT)
      await post(server, '/room/emit', JSON.stringify(ODD_TEXT))
      expect((await member.nth('DATA', 2)).payload).toBe(ODD_TEXT)
      await get(server, `/room/emit?text=${encodeURIComponent(ODD_TEXT)}`)
      expect((await member.nth('DATA', 3)).payload).toEqual({ text: ODD_TEXT })
    })

    it('puts a body together that comes byte by byte, in the middle of characters too [EM-1]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen')
      const answer = await post(server, '/room/emit', bytewise(JSON.stringify(ODD_TEXT)))
      expect(answer.status).toBe(200)
      expect((await member.nth('DATA')).payload).toBe(ODD_TEXT)
    })

    it('carries 64 KiB both ways [LM-1]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen')
      const body = JSON.stringify('x'.repeat(KIB_64 - 2))
      expect((await post(server, '/room/emit', body)).status).toBe(200)
      expect((await member.nth('DATA', 1)).payload).toHaveLength(KIB_64 - 2)
      member.socket.send(padded('{"type":"EMIT","payload":"', '"}', KIB_64))
      expect((await member.nth('DATA', 2)).payload).toMatch(/^x{65000,}$/)
    })
  })

  describe(`what goes wrong over ${name}`, () => {
    it('pings, takes the PONG, and measures the round trip [CL-5, MS-2]', async () => {
      const server = await start({ heartbeat: { intervalMs: 20 } })
      const member = await join(server, '/room/listen')
      const third = await member.nth('PING', 3)
      expect(third.payload).toEqual({})
      expect(Number.isInteger(third['latency']) && third['latency'] >= 0).toBe(true)
      expect(member.of('ERROR')).toEqual([])
    })

    it('closes with 4408 whoever does not answer PING, after saying why [CL-5]', async () => {
      const server = await start({ heartbeat: { intervalMs: 20, timeoutMs: 60 } })
      const silent = await join(server, '/room/listen', { pong: false })
      const error = await silent.nth('ERROR')
      expect(error.payload).toEqual({ message: 'Client did not respond to PING event', code: 'PING_TIMEOUT' })
      expect(await silent.ended).toEqual({ code: 4408, reason: 'PING_TIMEOUT' })
    })

    it('answers a client’s own PING [CL-6]', async () => {
      const member = await join(await start(), '/room/listen')
      member.send({ type: 'PING' })
      expect(await member.nth('PONG')).toEqual({ type: 'PONG' })
    })

    it('closes with 4400 after too much that it cannot read, and says so each time [CL-7]', async () => {
      const server = await start({ limits: { maxBadMessages: 3 } })
      const member = await join(server, '/room/listen')
      for (const text of ['{', '[]', 'null']) member.socket.send(text)
      expect((await member.nth('ERROR', 3)).payload.code).toBe('BAD_MESSAGE')
      expect(await member.ended).toEqual({ code: 4400, reason: 'BAD_MESSAGE' })
    })

    it('refuses a binary frame, and keeps the connection [CL-7]', async () => {
      const member = await join(await start(), '/room/listen')
      member.socket.send(new TextEncoder().encode('{"type":"PING"}'))
      expect((await member.nth('ERROR')).payload.code).toBe('BAD_MESSAGE')
      expect(member.of('PONG')).toEqual([])
      member.send({ type: 'PING' })
      await member.nth('PONG')
    })

    it('closes with 1009 for a message that is one byte too large [LM-1]', async () => {
      const server = await start()
      const [member, other] = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      member.socket.send(padded('{"type":"EMIT","payload":"', '"}', KIB_64 + 1))
      expect((await member.ended).code).toBe(1009)
      expect((await other.nth('PRESENCE:LEFT')).payload.clientID).toBe(member.clientID)
      expect(other.of('DATA')).toEqual([])
    })

    it('closes with 4403 whom the program disconnects [ER-1]', async () => {
      const server = await start()
      const [member, other] = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      expect(server.disconnect('room', member.clientID)).toBe(true)
      expect((await member.nth('ERROR')).payload.code).toBe('FORBIDDEN')
      expect(await member.ended).toEqual({ code: 4403, reason: 'FORBIDDEN' })
      expect((await other.nth('PRESENCE:LEFT')).payload.clientID).toBe(member.clientID)
    })

    it('lets nobody in through a refused upgrade [LI-6]', async () => {
      const server = await start({ authorize: ({ token }) => token === 'right' })
      const watcher = await join(server, '/room/listen?token=right')
      for (const path of ['/room/listen', '/room/listen?token=wrong', '/_/listen', '/room/nowhere', '/listen']) {
        const refused = new SeedClient(server, path)
        const failed = new Promise((resolve) => refused.socket.addEventListener('error', resolve))
        expect((await refused.ended).code).toBe(1006)
        await failed
        expect(refused.received).toEqual([])
      }
      await post(server, '/room/emit?_token=right', '1')
      await watcher.nth('DATA')
      expect(watcher.received.map(({ type }) => type)).toEqual(['CONNECTED', 'DATA'])
    })

    it('refuses in-band whoever asks for a session, with the code of the table [LI-6]', async () => {
      const server = await start({ authorize: () => ({ refuse: 'UNAUTHORIZED' }) })
      const refused = new SeedClient(server, '/room/listen?session=new')
      expect((await refused.nth('ERROR')).payload.code).toBe('UNAUTHORIZED')
      expect(await refused.ended).toEqual({ code: 4401, reason: 'UNAUTHORIZED' })
    })
  })
}
