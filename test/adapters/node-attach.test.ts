// `attach`: a guest on somebody's HTTP server, who takes its own path and leaves the rest alone.
import { once } from 'node:events'
import { connect } from 'node:net'
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { listeningHost } from '../support/listening-host'
import { ask, RawSocket, upgradeRequest } from '../support/raw-socket'
import { join, SeedClient } from '../support/seed-client'
import { WebSocket } from './node-server'

describe('attach', () => {
  const host = () => listeningHost((request, response) => response.end(`host ${request.url}`))
  const text = async (address: string) => await (await fetch(address)).text()

  it('serves what lies below its path, and leaves the rest to the host [CH-5]', async () => {
    const { httpServer, url } = await host()
    const { detach } = attach(createServer(), httpServer, { basePath: '/live/v1' })
    onTestFinished(detach)
    const member = await join({ url: `${url}/live/v1`, WebSocket }, '/room/listen')
    expect(await (await fetch(`${url}/live/v1/room/emit?a=1`)).json()).toMatchObject({ recipients: 1 })
    expect((await member.nth('DATA')).payload).toEqual({ a: '1' })
    for (const path of ['/', '/live', '/live/v10/room/emit?a=1', '/room/emit?a=1', '/live/V1/_/health']) {
      expect(await text(url + path)).toBe(`host ${path}`)
    }
    for (const path of ['/live/v1', '/live/v1/', '/live/v1?a=1', '/live/v1/nowhere'])
      expect((await fetch(url + path)).status).toBe(404)
  })

  it('leaves the host its other WebSockets, those that claim the whole server too [CH-5]', async () => {
    const { httpServer, url } = await host()
    const others = new WebSocketServer({ server: httpServer, path: '/chat' })
    others.on('connection', (socket) => socket.send('{"type":"HOST"}'))
    const { detach } = attach(createServer(), httpServer, { basePath: '/live' })
    onTestFinished(() => {
      detach()
      for (const socket of others.clients) socket.terminate()
    })
    const theirs = new SeedClient({ url, WebSocket }, '/chat')
    await theirs.nth('HOST')
    const member = await join({ url: `${url}/live`, WebSocket }, '/room/listen')
    member.send({ type: 'PING' })
    await member.nth('PONG')
  })

  it('answers 404 to an upgrade that nobody wants, even from a caller that is gone already [CH-5, ER-1]', async () => {
    const { httpServer, port } = await host()
    const mounts = [
      attach(createServer(), httpServer, { basePath: '/a' }),
      attach(createServer(), httpServer, { basePath: '/b' }),
    ]
    onTestFinished(() => mounts.forEach(({ detach }) => detach()))
    expect((await ask(port, upgradeRequest('/elsewhere'))).status).toBe(404)
    for (let n = 0; n < 20; n++) {
      const gone = (await RawSocket.open(port)).write(upgradeRequest('/elsewhere'))
      gone.reset()
    }
    expect((await ask(port, upgradeRequest('/elsewhere'))).status).toBe(404)
  })

  it('lets go of a caller whose upgrade was refused, though it keeps its end open [LI-6]', async () => {
    const { httpServer, port } = await host()
    onTestFinished(attach(createServer(), httpServer, { basePath: '/live' }).detach)
    const connected = once(httpServer, 'connection')
    const stubborn = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    onTestFinished(() => void stubborn.destroy())
    const [accepted] = await connected
    const letGo = once(accepted, 'close')
    stubborn.on('error', () => {}).write(upgradeRequest('/live/nowhere'))
    await letGo
  })

  it('mounts several servers, one below the other’s path too, and each answers its own [CH-5]', async () => {
    const { httpServer, url } = await host()
    const outer = attach(createServer({ onEmit: () => ({ payload: 'outer' }) }), httpServer, { basePath: '/a' })
    const inner = attach(createServer({ onEmit: () => ({ payload: 'inner' }) }), httpServer, { basePath: '/a/b' })
    onTestFinished(() => [outer, inner].forEach(({ detach }) => detach()))
    const members = await Promise.all(
      ['/a', '/a/b'].map((path) => join({ url: url + path, WebSocket }, '/room/listen')),
    )
    for (const path of ['/a', '/a/b']) await fetch(`${url}${path}/room/emit?x=1`)
    expect(await Promise.all(members.map(async (member) => (await member.nth('DATA')).payload))).toEqual([
      'outer',
      'inner',
    ])
  })

  it('gives the HTTP server back on detach, and cuts its own WebSockets alone [CH-5]', async () => {
    const { httpServer, url } = await host()
    const before = [httpServer.listeners('request'), httpServer.listeners('upgrade')]
    const { detach } = attach(createServer(), httpServer, { basePath: '/live' })
    const member = await join({ url: `${url}/live`, WebSocket }, '/room/listen')
    detach()
    expect((await member.ended).code).toBe(1006)
    expect(await text(`${url}/live/room/emit?a=1`)).toBe('host /live/room/emit?a=1')
    expect([httpServer.listeners('request'), httpServer.listeners('upgrade')]).toEqual(before)
  })

  it('detaches in any order, and the one that is left goes on [CH-5]', async () => {
    const { httpServer, url } = await host()
    const first = attach(createServer(), httpServer, { basePath: '/a' })
    const second = attach(createServer(), httpServer, { basePath: '/b' })
    first.detach()
    expect(await text(`${url}/a/_/health`)).toBe('host /a/_/health')
    expect((await fetch(`${url}/b/_/health`)).headers.get('content-type')).toBe('application/json')
    await join({ url: `${url}/b`, WebSocket }, '/room/listen')
    second.detach()
    expect(await text(`${url}/b/_/health`)).toBe('host /b/_/health')
    expect(httpServer.listenerCount('request')).toBe(1)
  })

  it.each([undefined, '', '/', 'live', '/live/', '//', '/a?b', '/a#b', 7])(
    'wants a base path, not %j [CH-5]',
    async (basePath) => {
      const { httpServer, url } = await host()
      expect(() => attach(createServer(), httpServer, { basePath } as { basePath: string })).toThrow(
        expect.objectContaining({ code: 'BAD_PARAMETER' }),
      )
      expect(await text(`${url}/live`)).toBe('host /live')
    },
  )
})
