// `attach` at a server that speaks HTTP/2 too, as Vite's does with https: requests come over either, WebSockets over HTTP/1.1.
import { connect, createServer as createHttp2Server, type Http2Server } from 'node:http2'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CountingClock } from '../support/counting-clock'

async function listeningHost() {
  const host: Http2Server = createHttp2Server((request, response) => response.end(`host ${request.url}`))
  const clock = new CountingClock()
  const server = createServer({ clock })
  // They differ in nothing that `attach` uses.
  attach(server, host as unknown as HttpServer, { basePath: '/live' })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const session = connect(`http://127.0.0.1:${(host.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    session.destroy()
    await server.close({ drainMs: 0 })
    host.close()
  })
  async function ask(path: string, { method = 'GET', body = '', headers = {} } = {}) {
    const stream = session.request({ ':path': path, ':method': method, ...headers }, { endStream: body === '' })
    if (body !== '') stream.end(body)
    const status = new Promise<unknown>((resolve) => stream.once('response', (head) => resolve(head[':status'])))
    stream.setEncoding('utf8')
    return { stream, status: await status }
  }
  async function text(stream: AsyncIterable<string>): Promise<string> {
    let all = ''
    for await (const chunk of stream) all += chunk
    return all
  }
  return { clock, server, ask, text }
}

describe('attach over HTTP/2', () => {
  it('answers below its path, and leaves the rest to the host [CH-5]', async () => {
    const { ask, text } = await listeningHost()
    const health = await ask('/live/_/health')
    expect([health.status, await text(health.stream)]).toEqual([200, '{"status":"ok"}\n'])
    const emitted = await ask('/live/room/emit', { method: 'POST', body: '{"a":1}' })
    expect(JSON.parse(await text(emitted.stream))).toMatchObject({ success: true })
    const theirs = await ask('/elsewhere')
    expect(await text(theirs.stream)).toBe('host /elsewhere')
  })

  it('streams events, and lets the observer go that ends its stream [LI-2, CH-4]', async () => {
    const { clock, ask, server } = await listeningHost()
    const { stream, status } = await ask('/live/room/listen', { headers: { accept: 'text/event-stream' } })
    expect(status).toBe(200)
    await new Promise((resolve) => stream.once('data', resolve))
    expect(server.stats()).toMatchObject({ observers: 1 })
    stream.close()
    await clock.idle()
    expect(server.stats()).toMatchObject({ observers: 0 })
  })

  it('refuses a body that is too long, and goes on with the others of the connection [LM-1]', async () => {
    const { ask, text } = await listeningHost()
    const { stream, status } = await ask('/live/room/emit', { method: 'POST', body: 'x'.repeat(100_000) })
    expect([status, JSON.parse(await text(stream)).error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect((await ask('/live/_/health')).status).toBe(200)
  })

  it('knows the origin that a page has [OR-1]', async () => {
    const { ask } = await listeningHost()
    const post = async (origin: string) =>
      (await ask('/live/room/emit', { method: 'POST', body: '1', headers: { origin } })).status
    expect(await post('https://evil.example')).toBe(403)
    expect(await post('http://localhost:5173')).toBe(200)
  })
})
