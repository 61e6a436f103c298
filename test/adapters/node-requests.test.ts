// Requests that no well-behaved client sends: foreign names and origins, odd targets, broken handshakes.
import type { ServeOptions } from '@websockets.do/server-core/node'
import { describe, expect, it } from 'vitest'
import { CountingClock } from '../support/counting-clock'
import { ask, httpRequest, RawSocket, UPGRADE, upgradeRequest } from '../support/raw-socket'
import { join } from '../support/seed-client'
import { gated, hungUp, nextTurn, start, WebSocket } from './node-server'

describe('who may reach a server on loopback', () => {
  const hostile = ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.0.1']
  it.each(hostile)('not who came by the name %s: neither to listen nor to emit [OR-1]', async (name) => {
    const { port, url } = await start()
    const watcher = await join({ url, WebSocket }, '/room/listen')
    const host = `Host: ${name}:${port}`
    const statuses = await Promise.all([
      ask(port, upgradeRequest('/room/listen', [host])),
      ask(port, httpRequest('GET /room/listen', [host, 'Accept: text/event-stream'])),
      ask(port, httpRequest('GET /room/emit?a=1', [host])),
      ask(port, httpRequest('POST /room/emit', [host, 'Content-Length: 2']) + '{}'),
      ask(port, httpRequest('GET /room/members', [host])),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    await fetch(`${url}/room/emit?b=1`)
    await watcher.nth('DATA')
    expect(watcher.received.map(({ type }) => type)).toEqual(['CONNECTED', 'DATA'])
  })

  const origins = [
    'https://evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1@evil.example',
    'null',
    'file://',
    'chrome-extension://abc',
  ]
  it.each(origins)(
    'not a page of the origin %s: not by WebSocket, stream, GET or POST [OR-1, EM-3, LI-6]',
    async (name) => {
      const { port, url, local } = await start()
      const watcher = await join({ url, WebSocket }, '/room/listen')
      const origin = `Origin: ${name}`
      const statuses = await Promise.all([
        ask(port, upgradeRequest('/room/listen?session=new', [local, origin])),
        ask(port, httpRequest('GET /room/listen', [local, origin, 'Accept: text/event-stream'])),
        ask(port, httpRequest('GET /room/emit?a=1', [local, origin])),
        ask(
          port,
          httpRequest('POST /room/emit', [local, origin, 'Content-Type: text/plain', 'Content-Length: 2']) + '{}',
        ),
      ])
      expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403])
      await fetch(`${url}/room/emit?b=1`)
      await watcher.nth('DATA')
      expect(watcher.received.map(({ type }) => type)).toEqual(['CONNECTED', 'DATA'])
    },
  )

  it.each(['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.8.9.10', '[::1]'])(
    'who came by the name %s [OR-1]',
    async (name) => {
      const { port } = await start()
      expect(
        (await ask(port, httpRequest('GET /room/emit?a=1', [`Host: ${name}:${port}`, `Origin: http://${name}:3000`])))
          .status,
      ).toBe(200)
    },
  )

  it('not who came by a foreign name and hung up while the page was asked [OR-1]', async () => {
    const gate = gated()
    const page: ServeOptions['page'] = (request) =>
      request.url.includes('evil') ? gate.decide().then(() => undefined) : undefined
    const { port, url, local } = await start({ authorize: () => true }, { page })
    const watcher = await join({ url, WebSocket }, '/room/listen')
    const hasty = (await RawSocket.open(port)).write(httpRequest('GET /room/emit?a=1', ['Host: evil.example']))
    await gate.asked
    await hungUp(hasty, port, local)
    gate.open(true)
    await nextTurn()
    await fetch(`${url}/room/emit?b=1`)
    expect((await watcher.nth('DATA')).payload).toEqual({ b: '1' })
  })

  it('an image on a foreign page emits nothing [EM-3]', async () => {
    const { port, local } = await start()
    const image = httpRequest('GET /room/emit?a=1', [local, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'])
    expect((await ask(port, image)).status).toBe(403)
  })
})

describe('requests out of the ordinary', () => {
  it.each([
    ['an absolute target', 'GET http://evil.example/room/emit?a=1'],
    ['an absolute target of its own', 'GET http://127.0.0.1/room/emit?a=1'],
    ['an absolute target with another scheme', 'GET ftp://x/room/emit?a=1'],
    ['OPTIONS *', 'OPTIONS *'],
    ['two slashes', 'GET //evil.example/emit?a=1'],
    ['a bare slash', 'GET /'],
    ['TRACE', 'TRACE /room/emit'],
    ['CONNECT', 'CONNECT evil.example:443'],
    ['a method that nobody knows', 'BREW /room/emit'],
    ['PROPFIND', 'PROPFIND /room/emit'],
    ['a broken escape', 'GET /%E0%A4%A/emit?a=1'],
    ['dots that climb', 'GET /room/../../../emit?a=1'],
    ['dots in disguise', 'GET /%2e%2e/emit?a=1'],
    ['an endless name', `GET /${'x'.repeat(7_000)}/emit?a=1`],
    ['a line break in the name', 'GET /room%0d%0aset-cookie:a=1/emit?a=1'],
  ])('are answered with 4xx: %s [CH-2]', async (_what, line) => {
    const server = await start()
    const member = await join(server, '/room/listen')
    const { status, head } = await ask(server.port, httpRequest(line, [server.local, 'Connection: close']))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(head).not.toMatch(/^set-cookie/im)
    expect((await fetch(`${server.url}/room/emit?still=here`)).status).toBe(200)
    await member.nth('DATA')
    expect(member.of('DATA').map(({ payload }) => payload)).toEqual([{ still: 'here' }])
  })

  it.each([
    ['none', []],
    ['an empty one', ['Host: ']],
    ['garbage', ['Host: %%%']],
    ['one with credentials', ['Host: a:b@localhost']],
    ['one with a path', ['Host: evil.example/localhost']],
    ['two', ['Host: evil.example', 'Host: localhost']],
    ['a port out of range', ['Host: localhost:99999']],
  ])('are answered with 4xx when the Host is %s [OR-1]', async (_what, hosts) => {
    const { port, url } = await start()
    for (const headers of [hosts, [...hosts, ...UPGRADE]]) {
      const path = headers.length > hosts.length ? '/room/listen' : '/room/emit?a=1'
      const { status } = await ask(port, httpRequest(`GET ${path}`, [...headers]))
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
    expect((await fetch(`${url}/_/health`)).status).toBe(200)
  })

  it('do not find their Host in the path when the header is empty [OR-1]', async () => {
    const { port } = await start()
    expect((await ask(port, httpRequest('GET //localhost/room/emit?a=1', ['Host: ']))).status).toBe(400)
  })

  it.each([
    ['another protocol', ['Upgrade: h2c', 'Connection: Upgrade']],
    ['an old version', ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 7', UPGRADE[3]]],
    ['no key', ['Upgrade: websocket', 'Connection: Upgrade', UPGRADE[2]]],
    ['a short key', ['Upgrade: websocket', 'Connection: Upgrade', UPGRADE[2], 'Sec-WebSocket-Key: abc']],
  ])('that ask for an upgrade with %s get 4xx, and nobody joins [LI-1]', async (_what, headers) => {
    const server = await start()
    const watcher = await join(server, '/room/listen')
    const { status } = await ask(server.port, httpRequest('GET /room/listen', [server.local, ...headers]))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    await fetch(`${server.url}/room/emit?a=1`)
    await watcher.nth('DATA')
    expect(watcher.received.map(({ type }) => type)).toEqual(['CONNECTED', 'DATA'])
  })

  it.each([
    ['/room/listen?token=wrong', [], 403, 'FORBIDDEN'],
    ['/room/listen', ['Sec-WebSocket-Protocol: websockets.do, bearer.wrong'], 403, 'FORBIDDEN'],
    ['/room/listen?token=right&presence=[]', [], 400, 'BAD_PARAMETER'],
    ['/_/listen', [], 400, 'BAD_CHANNEL'],
    ['/_/listen?session=new', [], 400, 'BAD_CHANNEL'],
    ['/room/emit', [], 404, 'NOT_FOUND'],
  ])(
    'for a WebSocket are refused by a status that a program can read: %s %s [LI-6]',
    async (path, headers, status, code) => {
      const { port, local } = await start({ authorize: ({ token }) => token === 'right' })
      const answer = await ask(port, upgradeRequest(path, [local, ...headers]))
      expect(answer.status).toBe(status)
      expect(answer.head).toMatch(/^content-type: application\/json$/im)
      expect(JSON.parse(answer.body)).toMatchObject({ success: false, error: { code } })
    },
  )

  it.each([
    ['a stream', (local: string) => httpRequest('GET /room/listen', [local, 'Accept: text/event-stream'])],
    ['a WebSocket', (local: string) => upgradeRequest('/room/listen', [local])],
  ])(
    'for %s leave nobody behind when the caller goes while it is being authorised [CH-4, ER-1]',
    async (_what, requestTo) => {
      const clock = new CountingClock()
      const gate = gated()
      const { port, local } = await start({ clock, authorize: gate.decide })
      const hasty = (await RawSocket.open(port)).write(requestTo(local))
      await gate.asked
      await hungUp(hasty, port, local)
      gate.open(true)
      await nextTurn()
      await clock.idle()
    },
  )
})
