// Whoever comes to an HTTP server after we were attached is served as if we were not there, and leaves us alone.
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { listeningHost } from '../support/listening-host'
import { ask, httpRequest } from '../support/raw-socket'
import { join } from '../support/seed-client'
import { WebSocket } from './node-server'

const H2C = ['Host: localhost', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMA']

describe('a host that comes after attach', () => {
  it('answers its own requests alone [CH-5]', async () => {
    const { httpServer, url } = await listeningHost()
    attach(createServer(), httpServer, { basePath: '/live' })
    expect((await fetch(url)).status).toBe(404)
    httpServer.on('request', (_, response) => response.end('host'))
    expect(await (await fetch(url)).text()).toBe('host')
    expect(await (await fetch(`${url}/live/_/health`)).json()).toEqual({ status: 'ok' })
  })

  it('may bring a WebSocket server of its own, and ours goes on [CH-5]', async () => {
    const { httpServer, url } = await listeningHost((_, response) => response.end('host'))
    attach(createServer(), httpServer, { basePath: '/live' })
    const theirs = new WebSocketServer({ server: httpServer, path: '/chat' })
    theirs.on('connection', (socket) => socket.send('hello'))
    const chat = new WebSocket(`${url.replace('http', 'ws')}/chat`)
    expect(await new Promise((resolve) => chat.addEventListener('message', ({ data }) => resolve(data)))).toBe('hello')
    const member = await join({ url: `${url}/live`, WebSocket }, '/room/listen')
    expect((await member.nth('CONNECTED')).type).toBe('CONNECTED')
    chat.close()
  })
})

describe('an offer of another protocol', () => {
  it('is ignored, by us and by the host [EM-1, CH-5]', async () => {
    const { httpServer, port } = await listeningHost((_, response) => response.end('host'))
    attach(createServer(), httpServer, { basePath: '/live' })
    const ours = await ask(port, httpRequest('GET /live/room/emit?a=1', H2C))
    const theirs = await ask(port, httpRequest('GET /', H2C))
    expect([ours.status, theirs.status]).toEqual([200, 200])
  })

  it('may come with a body [EM-1]', async () => {
    const { httpServer, port } = await listeningHost()
    attach(createServer({ history: { readable: true } }), httpServer, { basePath: '/live' })
    const request = httpRequest('POST /live/room/emit', [...H2C, 'Content-Length: 7'])
    expect((await ask(port, `${request}{"a":1}`)).status).toBe(200)
    const history = await fetch(`http://127.0.0.1:${port}/live/room/history`)
    expect(await history.json()).toMatchObject({ history: [{ payload: { a: 1 } }] })
  })
})

describe('a request that is refused before its body was read', () => {
  it.each(['/live/nowhere', '/live/room/emit?clients=', '/live/room/listen'])(
    'says that the connection closes, so that nobody sends the next one on it: POST %s [ER-1]',
    async (path) => {
      const { httpServer, port } = await listeningHost()
      attach(createServer(), httpServer, { basePath: '/live' })
      const head = httpRequest(`POST ${path}`, ['Host: localhost', 'Content-Length: 100000'])
      const answer = await ask(port, head)
      expect([Math.floor(answer.status / 100), /^connection: (.*)$/im.exec(answer.head)?.[1]]).toEqual([4, 'close'])
    },
  )
})
