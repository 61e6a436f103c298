// Hostile and broken clients on raw sockets against a real server: after each attack a healthy member still gets its event,
// and the attacker is in no member list. An exception that nobody catches fails the run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CountingClock } from '../support/counting-clock'
import { closeFrame } from '../support/frame'
import { httpRequest, RawSocket, upgradeRequest } from '../support/raw-socket'
import { join, type SeedClient } from '../support/seed-client'
import * as attacks from './attacks'
import { start, WebSocket } from './node-server'

// Much to do, on a machine that may have much else to do.
const PATIENT = { timeout: 30_000 }

/** A server with one healthy member in the channel `room`. */
async function arena(options: ServerOptions = {}) {
  const server = await start(options)
  return { ...server, healthy: await join(server, '/room/listen') }
}

/** A server below a path of an HTTP server whose connections can be watched. */
async function guestOf(options: ServerOptions) {
  const httpServer = createHttpServer()
  const { detach } = attach(createServer(options), httpServer, { basePath: '/live' })
  httpServer.listen(0, '127.0.0.1')
  await once(httpServer, 'listening')
  onTestFinished(() => {
    detach()
    httpServer.closeAllConnections()
    httpServer.close()
  })
  return { httpServer, url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}/live` }
}

/** The healthy member gets its event, everyone else who ever joined has left, and nobody else is listed. */
async function expectUnharmed({ url, healthy }: { url: string; healthy: SeedClient }): Promise<void> {
  const emit = await fetch(`${url}/room/emit?require-ack=true&clients=${healthy.clientID}`, {
    method: 'POST',
    body: '"are you there?"',
  })
  expect(await emit.json()).toMatchObject({ success: true, acked: [healthy.clientID] })
  for (const { payload } of healthy.of('PRESENCE:JOINED')) {
    await healthy.with('PRESENCE:LEFT', ({ clientID }) => clientID === payload.clientID)
  }
  const { members } = (await (await fetch(`${url}/room/members`)).json()) as { members: object[] }
  expect(members).toEqual([{ clientID: healthy.clientID, presence: {} }])
}

describe('illegal frames', () => {
  it.each(attacks.illegalFrames)(
    'close the connection, and end the membership at once: %s [ER-1, LM-1]',
    async (_what, bytes, code) => {
      const server = await arena()
      await attacks.sendIllegal(bytes, code)(server.port)
      await expectUnharmed(server)
    },
  )

  it('close the connection when fragments never end [LM-1]', async () => {
    const server = await arena()
    await attacks.endlessFragments(server.port)
    await expectUnharmed(server)
  })
})

describe('a healthy member', PATIENT, () => {
  const ordinary: [string, attacks.Attack][] = [
    ['connections are reset in the middle of a frame', attacks.resetInTheMiddleOfAFrame],
    ['connections are reset in the middle of the handshake', attacks.resetInTheMiddleOfTheHandshake],
    ['handshakes break off half-way', attacks.halfHandshakes],
    ['a client sends handshake, frames and close at once', attacks.everythingAtOnce],
    ['a body never ends: the sender gets 413 and its connection is ended', attacks.endlessBody],
    ['a body is announced as too large: 413 before any of it came', attacks.claimsTooMuchBody],
    ['bodies break off', attacks.bodiesThatBreakOff],
    ['bodies hide a second request', attacks.smuggledBodies],
    ['somebody asks and asks, and reads no answer', attacks.requestsWithoutReading],
    ['handshakes carry hostile extensions and subprotocols', attacks.hostileHandshakeHeaders],
    ['requests carry thousands of headers', attacks.manyHeaders],
    ['somebody speaks another protocol', attacks.notHttpAtAll],
  ]
  it.each(ordinary)('does not notice when %s [ER-1]', async (_what, attack) => {
    const server = await arena()
    await attack(server.port)
    await expectUnharmed(server)
    expect(server.healthy.of('DATA').map(({ payload }) => payload)).toEqual(['are you there?'])
  })

  it('does not notice when somebody pings and pings, and never reads a pong [ER-1, LM-1]', async () => {
    const server = await arena({ limits: { maxBufferedBytes: 16 * 1024 } })
    await attacks.pingsWithoutReading(server.port)
    await expectUnharmed(server)
  })

  it('does not notice clients that take for ever over their headers: they get 408 [LM-1]', async () => {
    const server = await arena({ limits: { handshakeTimeoutMs: 100 } })
    await attacks.slowHeaders(server.port)
    await expectUnharmed(server)
  })

  it('does not notice clients that take for ever over a body: they get 400 [LM-1]', async () => {
    const server = await arena({ limits: { bodyTimeoutMs: 100 } })
    await attacks.slowBody(server.port)
    await expectUnharmed(server)
  })
})

describe('a server', PATIENT, () => {
  it('keeps no member and no channel of 1,000 clients that join and vanish [CH-4, ER-1]', async () => {
    const clock = new CountingClock()
    const { url, port, healthy } = await arena({ clock, history: { readable: true, maxEvents: 0 } })
    const vanish = [
      (socket: RawSocket) => socket.reset(),
      (socket: RawSocket) => void socket.socket.destroy(),
      (socket: RawSocket) => void socket.write(closeFrame(1000)),
    ]
    for (let batch = 0; batch < 20; batch++) {
      const flood = await Promise.all(Array.from({ length: 50 }, () => RawSocket.open(port)))
      await Promise.all(flood.map((socket) => socket.upgrade('/room/listen')))
      flood.forEach((socket, at) => vanish[at % 3]!(socket))
      await Promise.all(flood.map(({ ended }) => ended))
    }
    await healthy.nth('PRESENCE:LEFT', 1_000)
    await expectUnharmed({ url, healthy })
    expect(new Set(healthy.of('PRESENCE:LEFT').map(({ payload }) => payload.clientID)).size).toBe(1_000)
    await healthy.leave(1000)
    await clock.idle()
    expect(await (await fetch(`${url}/room/history`)).json()).toEqual({ epoch: null, seq: 0, history: [] })
  })

  it('cuts off a reader that does not read, and the others lose nothing [ER-1, LM-1]', async () => {
    const { url, port, healthy } = await arena({ limits: { maxBufferedBytes: 256 * 1024 } })
    const slow = await RawSocket.open(port)
    const clientID = await slow.upgrade('/room/listen')
    slow.socket.pause()
    for (let n = 1; n <= 500; n++) {
      const body = JSON.stringify({ n, filling: 'x'.repeat(30_000) })
      const answer = await fetch(`${url}/room/emit`, { method: 'POST', body })
      expect((await answer.json()).success).toBe(true)
      await healthy.nth('DATA', n)
    }
    expect((await healthy.nth('PRESENCE:LEFT')).payload).toEqual({ clientID })
    expect(healthy.of('DATA').map(({ payload }) => payload.n)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1))
    await expectUnharmed({ url, healthy })
    slow.socket.destroy()
  })

  it.each([
    ['stream', httpRequest('GET /live/room/listen', ['Host: localhost', 'Accept: text/event-stream'])],
    ['WebSocket', upgradeRequest('/live/room/listen')],
  ])(
    'ends the connection of a %s that is not read, without waiting for it [ER-1, LI-2]',
    PATIENT,
    async (_what, request) => {
      const { httpServer, url } = await guestOf({ limits: { maxBufferedBytes: 256 * 1024 } })
      const healthy = await join({ url, WebSocket }, '/room/listen')
      const connected = once(httpServer, 'connection')
      const slow = await RawSocket.open(Number(new URL(url).port))
      const [accepted] = await connected
      slow.write(request)
      await slow.until((text) => text.includes('CONNECTED'))
      slow.socket.pause()
      for (let sent = 1; sent <= 250 && !accepted.destroyed; sent++) {
        await fetch(`${url}/room/emit`, { method: 'POST', body: JSON.stringify('x'.repeat(60_000)) })
        await healthy.nth('DATA', sent)
      }
      expect(accepted.destroyed).toBe(true)
      await expectUnharmed({ url, healthy })
      slow.socket.destroy()
    },
  )

  it('ends the connection of a sender that keeps its end open after a 413 [LM-1]', async () => {
    const server = await arena()
    const stubborn = await RawSocket.open(server.port)
    stubborn.socket.allowHalfOpen = true
    stubborn.write(httpRequest('POST /room/emit', ['Host: localhost', 'Content-Length: 99999999999']))
    expect(await stubborn.pour('1'.repeat(1_000))).toContain('PAYLOAD_TOO_LARGE')
    await expectUnharmed(server)
  })
})

describe('a process that serves', PATIENT, () => {
  it('outlives all of this, and ends by itself once it is told to close [ER-1, HL-1]', async () => {
    const script = fileURLToPath(new URL('../support/serving-process.ts', import.meta.url))
    const child = spawn(process.execPath, [...QUIET, '--conditions=@websockets.do/source', '--import=tsx', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const complaints: string[] = []
    child.stderr.on('data', (chunk) => complaints.push(String(chunk)))
    const exited = once(child, 'exit')
    const [line] = await once(createInterface(child.stdout), 'line')
    const port = Number(line)
    const server = {
      url: `http://127.0.0.1:${port}`,
      healthy: await join({ url: `http://127.0.0.1:${port}`, WebSocket }, '/room/listen'),
    }
    const { illegalFrames, sendIllegal, ...others } = attacks
    for (const [, bytes, code] of illegalFrames) await sendIllegal(bytes, code)(port)
    for (const attack of Object.values(others)) await attack(port)
    await expectUnharmed(server)
    expect({ exitCode: child.exitCode, signal: child.signalCode, complaints }).toEqual({
      exitCode: null,
      signal: null,
      complaints: [],
    })
    child.kill('SIGTERM')
    expect((await server.healthy.ended).code).toBe(1012)
    expect(await exited).toEqual([0, null])
  })
})

// What a future Node may say about itself is no complaint of ours.
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning']
