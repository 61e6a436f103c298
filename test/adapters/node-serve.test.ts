// `serve` on real ports: where it listens, whom it asks, and how it ends.
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createServer } from '@websockets.do/server-core'
import { serve, type ServeOptions } from '@websockets.do/server-core/node'
import { describe, expect, it } from 'vitest'
import { EventReader } from '../support/event-source'
import { ask, httpRequest, RawSocket, upgradeRequest } from '../support/raw-socket'
import { join } from '../support/seed-client'
import { gated, nextTurn, start } from './node-server'

describe('serve', () => {
  it('takes a free port for 0, and says which', async () => {
    const { url, port } = await start()
    expect(port).toBeGreaterThan(0)
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect((await fetch(`${url}/_/health`)).status).toBe(200)
  })

  it('rejects with EADDRINUSE for a port that is taken', async () => {
    const { port } = await start()
    await expect(serve(createServer(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  )
  it.skipIf(!hasIPv6)('serves the loopback of IPv6, WebSockets and requests', async () => {
    const server = await start({}, { host: '::1' })
    expect(server.url).toBe(`http://[::1]:${server.port}`)
    const member = await join(server, '/room/listen')
    expect((await fetch(`${server.url}/room/emit?a=1`)).status).toBe(200)
    expect((await member.nth('DATA')).payload).toEqual({ a: '1' })
  })

  it('asks the page first, and answers itself what the page leaves', async () => {
    const asked: string[] = []
    const page = async (request: Request) => {
      asked.push(new URL(request.url).pathname)
      if (!request.url.endsWith('/about')) return undefined
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-page', 'yes'],
      ])
      return new Response('a page', { status: 201, headers })
    }
    const { url } = await start({}, { page })
    const answer = await fetch(`${url}/about`)
    expect({ status: answer.status, body: await answer.text(), own: answer.headers.get('x-page') }).toEqual({
      status: 201,
      body: 'a page',
      own: 'yes',
    })
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect((await fetch(`${url}/room/emit`, { method: 'POST', body: '1' })).status).toBe(200)
    expect(asked).toEqual(['/about', '/room/emit'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('my fault')
      },
    ],
    ['rejects', () => Promise.reject(new Error('my fault'))],
    ['answers what no one can send', () => Response.error()],
    [
      'answers with a body that is used up',
      async () => {
        const used = new Response('x')
        await used.text()
        return used
      },
    ],
    [
      'answers with a body that breaks off',
      () =>
        new Response(
          new ReadableStream({
            pull() {
              throw new Error('my fault')
            },
          }),
        ),
    ],
  ] as [string, NonNullable<ServeOptions['page']>][])('survives a page that %s [ER-1]', async (_how, broken) => {
    const errors: unknown[] = []
    const page: ServeOptions['page'] = (request) => (request.url.endsWith('/page') ? broken(request) : undefined)
    const { port, url, local } = await start({ onError: (error) => void errors.push(error) }, { page })
    await ask(port, httpRequest('GET /page', [local, 'Connection: close']))
    expect((await fetch(`${url}/_/health`)).status).toBe(200)
  })

  it('sends the head of an answer before its body has anything', async () => {
    const { url } = await start({}, { page: () => new Response(new ReadableStream(), { status: 203 }) })
    const answer = await fetch(`${url}/`)
    expect(answer.status).toBe(203)
    await answer.body?.cancel()
  })

  it('answers 500 when the page throws, and reports it to onError [ER-1]', async () => {
    const errors: [unknown, string][] = []
    const fault = new Error('my fault')
    const { url } = await start(
      { onError: (...reported) => void errors.push(reported) },
      { page: () => Promise.reject(fault) },
    )
    expect((await fetch(`${url}/`)).status).toBe(500)
    expect(errors).toEqual([[fault, 'page']])
  })
})

describe('serve, when it closes', () => {
  it('ends although keep-alive connections, streams and silent WebSockets are open, and tells all of them [HL-1]', async () => {
    const server = await start()
    const keptAlive = await RawSocket.open(server.port)
    keptAlive.write(httpRequest('GET /_/health', [server.local]))
    await keptAlive.until((text) => text.includes('"ok"'))
    const fresh = await RawSocket.open(server.port)
    const half = (await RawSocket.open(server.port)).write('GET /room/listen HTTP/1.1\r\nHost: local')
    const member = await join(server, '/room/listen')
    const events = new EventReader(
      await fetch(`${server.url}/room/listen`, { headers: { accept: 'text/event-stream' } }),
    )
    await events.next()
    const silent = await RawSocket.open(server.port)
    await silent.upgrade('/room/listen')
    await Promise.all([server.close({ drainMs: 0 }), keptAlive.ended, fresh.ended, half.ended])
    expect(await member.ended).toMatchObject({ code: 1012 })
    expect((await events.rest()).at(-1)).toMatchObject({ event: 'ERROR', data: { payload: { code: 'DRAINING' } } })
    expect(await silent.ended).toContain('"code":"DRAINING"')
    expect(silent.closeCode).toBe(1012)
  })

  it('ends although an upgrade is still being authorised, and lets it in no more [HL-1]', async () => {
    const gate = gated()
    const joined: string[] = []
    const { port, close } = await start({ authorize: gate.decide, onJoin: ({ channel }) => void joined.push(channel) })
    const waiting = (await RawSocket.open(port)).write(upgradeRequest('/room/listen'))
    await gate.asked
    await close({ drainMs: 0 })
    expect(await waiting.ended).toBe('')
    gate.open(true)
    await nextTurn()
    expect(joined).toEqual([])
  })

  it('ends although a caller whose upgrade was refused keeps its end open [HL-1]', async () => {
    const { port, close } = await start()
    const stubborn = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await new Promise<void>((resolve) =>
      stubborn
        .once('data', () => resolve())
        .on('error', () => {})
        .write(upgradeRequest('/nowhere')),
    )
    await close({ drainMs: 0 })
    stubborn.destroy()
  })

  it('waits for the acknowledgements that are awaited, and answers them [HL-1, ACK-3]', async () => {
    const server = await start()
    const member = await join(server, '/room/listen', { ack: false })
    const answer = fetch(`${server.url}/room/emit?require-ack=true`, { method: 'POST', body: '1' })
    const { eventID } = await member.nth('DATA')
    const closed = server.close({ drainMs: 5_000 })
    expect((await fetch(`${server.url}/_/health`)).status).toBe(503)
    member.ack(eventID!)
    expect((await answer).status).toBe(200)
    expect((await member.ended).code).toBe(1012)
    await closed
  })

  it('can be closed twice', async () => {
    const { close } = await start()
    await Promise.all([close({ drainMs: 0 }), close({ drainMs: 0 })])
    await close({ drainMs: 0 })
  })
})
