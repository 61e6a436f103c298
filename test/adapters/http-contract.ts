// The adapters' contract, HTTP: statuses, headers, bodies, server-sent events, and how a server closes.
import { describe, expect, it } from 'vitest'
import { CountingClock } from '../support/counting-clock'
import { join, SeedClient } from '../support/seed-client'
import { get, observe, ODD_TEXT, padded, post, request } from './calls'
import type { Open } from './contract'

export function describeHttp(name: string, start: Open): void {
  describe(`HTTP over ${name}`, () => {
    it.each([
      ['GET', '/', 404, 'NOT_FOUND'],
      ['GET', '/room/emit-x?a=1', 404, 'NOT_FOUND'],
      ['POST', '/room/emit/more', 404, 'NOT_FOUND'],
      ['DELETE', '/room/emit', 405, 'METHOD_NOT_ALLOWED'],
      ['POST', '/room/listen', 405, 'METHOD_NOT_ALLOWED'],
      ['GET', '/room/emit', 400, 'NO_PAYLOAD'],
      ['GET', '/room/emit?a=1&require-ack=perhaps', 400, 'BAD_PARAMETER'],
      ['POST', '/_/emit', 400, 'BAD_CHANNEL'],
      ['POST', '/%FF/emit', 400, 'BAD_CHANNEL'],
      ['GET', '/room/listen', 426, 'UPGRADE_REQUIRED'],
    ])('answers %s %s with %d %s [CH-2, EM-7]', async (method, path, status, code) => {
      const server = await start()
      const answer = await request(server, path, { method, ...(method === 'POST' && { body: '{}' }) })
      expect({ status: answer.status, ...answer.body }).toMatchObject({ status, success: false, error: { code } })
    })

    it('names the methods that it takes, and takes no HEAD for a GET [CH-2]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen')
      const { status, headers } = await server.fetch(`${server.url}/room/emit?a=1`, { method: 'HEAD' })
      expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET, POST' })
      await get(server, '/room/emit?b=1')
      expect((await member.nth('DATA')).payload).toEqual({ b: '1' })
    })

    it.each([
      ['no body', undefined, 400, 'BAD_PAYLOAD'],
      ['what is not JSON', '{"a":', 400, 'BAD_PAYLOAD'],
      ['what is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 400, 'BAD_PAYLOAD'],
      ['one byte too much', padded('"', '"', 65_537), 413, 'PAYLOAD_TOO_LARGE'],
    ])('refuses to emit %s [EM-1, LM-1]', async (_what, body, status, code) => {
      const answer = await request(await start(), '/room/emit', { method: 'POST', ...(body !== undefined && { body }) })
      expect({ status: answer.status, ...answer.body }).toMatchObject({ status, success: false, error: { code } })
    })

    it('gives 413 to a body that never ends, and goes on serving [LM-1]', async () => {
      const server = await start()
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(4_096).fill(0x31)),
      })
      expect((await post(server, '/room/emit', endless)).status).toBe(413)
      expect((await post(server, '/room/emit', '1')).status).toBe(200)
    })

    it('chooses the subprotocol websockets.do, and takes the token beside it [OR-2]', async () => {
      const tokens: (string | undefined)[] = []
      const server = await start({ authorize: ({ token }) => tokens.push(token) > 0 })
      const member = await join(server, '/room/listen', { protocols: ['other', 'bearer.se-cret', 'websockets.do'] })
      expect(member.socket.protocol).toBe('websockets.do')
      expect((await join(server, '/room/listen')).socket.protocol).toBe('')
      expect(tokens).toEqual(['se-cret', undefined])
    })

    it('never chooses a subprotocol that it does not speak, least of all the token [OR-2]', async () => {
      const server = await start()
      const client = new SeedClient(server, '/room/listen', { protocols: ['other', 'bearer.se-cret'] })
      expect((await client.ended).code).toBe(1006)
      expect(client.socket.protocol).toBe('')
    })

    it('takes the token from Authorization and from the URL [OR-2]', async () => {
      const server = await start({ authorize: ({ token }) => token === 'right' || { refuse: 'UNAUTHORIZED' } })
      const emit = (path: string, authorization?: string) =>
        request(server, path, {
          method: 'POST',
          body: '1',
          ...(authorization !== undefined && { headers: { authorization } }),
        })
      const statuses = [
        (await emit('/room/emit', 'Bearer right')).status,
        (await emit('/room/emit?_token=right')).status,
        (await emit('/room/emit', 'Bearer wrong')).status,
        (await emit('/room/emit')).status,
      ]
      expect(statuses).toEqual([200, 200, 401, 401])
    })

    it('delivers once what is repeated under one Idempotency-Key [EM-8]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen')
      const repeat = () =>
        request(server, '/room/emit', { method: 'POST', body: '"once"', headers: { 'idempotency-key': 'k1' } })
      const [first, second] = [await repeat(), await repeat()]
      expect(second.body).toEqual(first.body)
      await post(server, '/room/emit', '"after"')
      await member.nth('DATA', 2)
      expect(member.of('DATA').map(({ payload }) => payload)).toEqual(['once', 'after'])
    })

    it('refuses a foreign Origin, and lets a listed one read the answer [OR-1]', async () => {
      const server = await start({ origins: ['https://app.example'] })
      const emit = (origin: string) => request(server, '/room/emit', { method: 'POST', body: '1', headers: { origin } })
      expect(await emit('https://evil.example')).toMatchObject({ status: 403, body: { error: { code: 'BAD_ORIGIN' } } })
      const allowed = await emit('https://app.example')
      expect(allowed.status).toBe(200)
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
      expect(allowed.headers.get('vary')).toContain('Origin')
    })

    it('answers a preflight [OR-1]', async () => {
      const server = await start({ origins: ['https://app.example'] })
      const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
      const { status, headers: answered } = await server.fetch(`${server.url}/room/emit`, {
        method: 'OPTIONS',
        headers,
      })
      expect(status).toBe(204)
      expect(answered.get('access-control-allow-methods')).toContain('POST')
    })

    it('survives a caller that gives up while acknowledgements are awaited [ER-1]', async () => {
      const server = await start()
      const member = await join(server, '/room/listen', { ack: false })
      const aborter = new AbortController()
      const given = server.fetch(`${server.url}/room/emit?require-ack=true&_timeout=100`, {
        method: 'POST',
        body: '1',
        signal: aborter.signal,
      })
      const { eventID } = await member.nth('DATA')
      aborter.abort()
      await expect(given).rejects.toThrow()
      member.ack(eventID!)
      expect((await post(server, '/room/emit', '2')).body.recipients).toBe(1)
    })
  })

  describe(`server-sent events over ${name}`, () => {
    it('stream the same messages as they come, DATA with its position [LI-2]', async () => {
      const server = await start()
      const { events, response } = await observe(server)
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
      const connected = await events.next()
      expect(connected).toMatchObject({
        event: 'CONNECTED',
        data: { type: 'CONNECTED', payload: { members: [] } },
        id: undefined,
      })
      const member = await join(server, '/room/listen')
      expect(await events.next()).toMatchObject({
        event: 'PRESENCE:JOINED',
        data: { payload: { clientID: member.clientID } },
      })
      await post(server, '/room/emit?require-ack=true', JSON.stringify(ODD_TEXT))
      const { epoch } = connected!.data.payload
      expect(await events.next()).toMatchObject({
        event: 'DATA',
        id: `${epoch}:1`,
        data: { payload: ODD_TEXT, requires_ack: false },
      })
    })

    it('keep the connection alive by comments [LI-2]', async () => {
      const { events } = await observe(await start({ heartbeat: { intervalMs: 20 } }))
      await events.next()
      expect(await events.next()).toMatchObject({ event: '', comment: expect.any(String) })
    })

    it('resume after Last-Event-ID, without a hole and without a double [LI-2, RS-2]', async () => {
      const server = await start()
      const first = await observe(server)
      await first.events.next()
      await post(server, '/room/emit', '1')
      const { id } = (await first.events.next())!
      await first.events.cancel()
      await post(server, '/room/emit', '2')
      const second = await observe(server, { 'last-event-id': id! })
      expect((await second.events.next())?.data.payload).toMatchObject({ recovered: true })
      await post(server, '/room/emit', '3')
      expect([(await second.events.next())?.data.payload, (await second.events.next())?.data.payload]).toEqual([2, 3])
    })

    it.each(['cancels the stream', 'aborts the request'])('forget an observer that %s [LI-2, CH-4]', async (how) => {
      const clock = new CountingClock()
      const server = await start({ clock })
      const aborter = new AbortController()
      const { events } = await observe(server, {}, aborter.signal)
      await events.next()
      expect(clock.running).toBe(1)
      if (how === 'cancels the stream') await events.cancel()
      else aborter.abort()
      await clock.idle()
    })

    it('are refused like an upgrade, with a status [LI-6]', async () => {
      const server = await start({ authorize: () => ({ refuse: 'UNAUTHORIZED' }) })
      const answer = await request(server, '/room/listen', { headers: { accept: 'text/event-stream' } })
      expect(answer).toMatchObject({ status: 401, body: { success: false, error: { code: 'UNAUTHORIZED' } } })
    })
  })

  describe(`a member over server-sent events, over ${name}`, () => {
    it('speaks by POST, and is told so on its stream [LI-3]', async () => {
      const server = await start()
      const { events } = await observe(server, {}, undefined, '?member=true&session=new')
      const { session } = (await events.next())!.data.payload
      const watcher = await join(server, '/room/listen')
      const send = (body: string) => request(server, '/room/send', { method: 'POST', body, headers: { session } })
      const emit = await send(JSON.stringify([{ type: 'EMIT', payload: ODD_TEXT, ref: 'r', echo: false }]))
      expect(emit).toMatchObject({ status: 202, body: { success: true } })
      expect((await watcher.nth('DATA')).payload).toEqual(ODD_TEXT)
      expect(await events.next()).toMatchObject({ event: 'PRESENCE:JOINED' })
      expect(await events.next()).toMatchObject({ event: 'EMITTED', data: { payload: { success: true, ref: 'r' } } })
      expect(await send('{"type":"CLOSE"}')).toMatchObject({ status: 202 })
      await watcher.nth('PRESENCE:LEFT')
      expect(await events.rest()).toEqual([])
      expect(await send('{"type":"PONG"}')).toMatchObject({ status: 410, body: { error: { code: 'SESSION_GONE' } } })
    })

    it.each(['cancels the stream', 'aborts the request'])('that %s may come back [LI-3, RS-5]', async (how) => {
      const clock = new CountingClock()
      const server = await start({ clock, graceMs: 60_000 })
      const aborter = new AbortController()
      const { events } = await observe(server, {}, aborter.signal, '?member=true&session=new')
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
    })
  })

  describe(`a server that closes, over ${name}`, () => {
    it('tells every listener, closes with 1012 and ends the streams [HL-1]', async () => {
      const server = await start()
      const members = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      const { events } = await observe(server)
      await events.next()
      const closing = server.close()
      for (const member of members) {
        expect((await member.nth('ERROR')).payload).toMatchObject({
          code: 'DRAINING',
          retryAfterMs: expect.any(Number),
        })
        expect(await member.ended).toEqual({ code: 1012, reason: expect.stringMatching(/^retry-after=\d+$/) })
        expect(member.of('PRESENCE:LEFT')).toEqual([])
      }
      expect(await events.rest()).toMatchObject([{ event: 'ERROR', data: { payload: { code: 'DRAINING' } } }])
      await closing
    })

    it('lets nobody in any more, and leaves no timer behind [HL-1, CH-4]', async () => {
      const clock = new CountingClock()
      const server = await start({ clock, history: { maxEvents: 0 } })
      const member = await join(server, '/room/listen')
      await join(server, '/room/listen', { pong: false })
      await post(server, '/room/emit?require-ack=true', '1')
      await server.close()
      await member.ended
      const late = new SeedClient(server, '/room/listen')
      expect((await late.ended).code).toBe(1006)
      await clock.idle()
      expect(clock.running).toBe(0)
    })
  })
}
