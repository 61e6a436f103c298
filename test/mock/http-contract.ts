// What HTTP requests get through somebody else's mocking tool, whichever it is.
import type { ServerOptions } from '@websockets.do/server-core'
import { describe, expect, it } from 'vitest'
import { EventReader } from '../support/event-source'
import { join } from '../support/seed-client'
import { global, type Install, startApp, url } from './app'

export function httpContract(install: Install): void {
  const start = (options: ServerOptions = {}) => startApp(install, options)

  describe('HTTP', () => {
    it('emits by POST and GET, and reads history, members and health [EM-1, EM-2, HI-1, MB-1, HL-1]', async () => {
      const { fetch } = start({ history: { readable: true } })
      const seed = await join(global(), '/room/listen')
      const body = '{"by":"post","text":"ä"}'
      const posted = await fetch(`${url}/room/emit?require-ack=true`, { method: 'POST', body })
      expect(await posted.json()).toMatchObject({ success: true, acked: [seed.clientID] })
      const got = await fetch(`${url}/room/emit?by=get&text=a%26b%20%C3%A4`)
      expect(await got.json()).toMatchObject({ success: true, recipients: 1 })
      const { history } = (await (await fetch(`${url}/room/history`)).json()) as { history: { payload: unknown }[] }
      expect(history.map(({ payload }) => payload)).toEqual([
        { by: 'post', text: 'ä' },
        { by: 'get', text: 'a&b ä' },
      ])
      expect(await (await fetch(`${url}/room/members`)).json()).toMatchObject({
        members: [{ clientID: seed.clientID }],
      })
      expect((await fetch(`${url}/_/health`)).status).toBe(200)
      expect((await fetch(`${url}/nowhere`)).status).toBe(404)
      expect((await fetch(new Request(`${url}/room/emit`, { method: 'POST', body: 'no JSON' }))).status).toBe(400)
    })

    it('brings the headers of a POST along: origin, token and id [EM-8, OR-1, OR-2]', async () => {
      const { fetch } = start({ authorize: ({ token }) => token === 'right' })
      const emit = async (more: Record<string, string>) => {
        const headers = { authorization: 'Bearer right', 'idempotency-key': 'once', ...more }
        const response = await fetch(`${url}/room/emit`, { method: 'POST', body: '1', headers })
        return [response.status, (await response.json()) as object]
      }
      const first = await emit({})
      expect(first).toMatchObject([200, { success: true }])
      expect(await emit({})).toEqual(first)
      expect(await emit({ authorization: 'Bearer wrong' })).toMatchObject([403, { error: { code: 'FORBIDDEN' } }])
      expect(await emit({ origin: 'https://evil.example' })).toMatchObject([403, { error: { code: 'BAD_ORIGIN' } }])
    })

    it('answers a preflight, and welcomes an origin that is listed [OR-1]', async () => {
      const { fetch } = start({ origins: ['https://app.example'] })
      const headers = { origin: 'https://app.example' }
      const preflight = await fetch(`${url}/room/emit`, { method: 'OPTIONS', headers })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example')
      expect((await fetch(`${url}/room/members`, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
      expect((await fetch(`${url}/room/members`, { headers: { origin: 'https://api.example' } })).status).toBe(200)
    })

    it('streams events as they come, and the observer is gone when its request is aborted [LI-2]', async () => {
      const { server, fetch } = start({ limits: { maxMembers: 1 } })
      const controller = new AbortController()
      const listen = (signal: AbortSignal | null = null) =>
        fetch(`${url}/room/listen`, { headers: { accept: 'text/event-stream' }, signal })
      const response = await listen(controller.signal)
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      const events = new EventReader(response)
      expect(await events.next()).toMatchObject({ event: 'CONNECTED' })
      void server.channel('room').emit({ n: 1 })
      expect(await events.next()).toMatchObject({ event: 'DATA', data: { payload: { n: 1 } } })
      void server.channel('room').emit({ n: 2 })
      expect(await events.next()).toMatchObject({ event: 'DATA', data: { payload: { n: 2 } } })
      // There is room for one observer alone.
      expect((await listen()).status).toBe(503)
      controller.abort()
      await expect(events.next()).rejects.toThrow(/abort/)
      const again = new AbortController()
      const next = await listen(again.signal)
      expect(next.status).toBe(200)
      again.abort()
    })
  })
}
