// What members and the program see of a server that is put away between two frames, and what its journal holds.
import type { Ask, Journal, ServerOptions } from '@websockets.do/server-core'
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { describe, expect, it } from 'vitest'
import { join, type SeedClientOptions } from '../support/seed-client'
import { sleepingServer, type SleepingServer } from '../support/sleeping-server'

const HOURLY = { heartbeat: { intervalMs: 300_000, timeoutMs: 15_000 } }

async function post(target: SleepingServer, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await target.fetch(target.url + path, { method: 'POST', body: JSON.stringify(body), headers })
  return (await response.json()) as Record<string, any>
}

async function joined(target: SleepingServer, path = '/room/listen', options?: SeedClientOptions) {
  const member = await join(target, path, options)
  await target.pass(0)
  return member
}

describe('a member of a server that was put away', () => {
  it('stays who it is: nobody joins, nobody leaves, its presence is there [RS-3]', async () => {
    const told: string[] = []
    const target = sleepingServer({
      onJoin: ({ member }) => void told.push(`joined ${member.clientID}`),
      onLeave: ({ member }) => void told.push(`left ${member.clientID}`),
    })
    const [one, other] = [await joined(target), await joined(target)]
    one.send({ type: 'PRESENCE', payload: { x: 1 } })
    await target.pass(60_000)
    const lives = target.lives()
    other.send({ type: 'EMIT', payload: 'still here' })
    await target.pass(0)
    expect(target.lives()).toBeGreaterThan(lives)
    expect(one.of('DATA')).toMatchObject([{ clientID: one.clientID, from: other.clientID, payload: 'still here' }])
    expect(target.core().channel('room').members()).toEqual([
      { clientID: one.clientID, presence: { x: 1 } },
      { clientID: other.clientID, presence: {} },
    ])
    expect(told).toEqual([`joined ${one.clientID}`, `joined ${other.clientID}`])
    expect(other.of('CONNECTED')).toHaveLength(1)
  })

  it('is shown to `authorize` with the request and the token that it came with [OR-3]', async () => {
    const asks: string[] = []
    const target = sleepingServer({
      authorize: ({ request, action, token, channel }: Ask) => {
        asks.push([action, channel, token, new URL(request.url).searchParams.get('seat')].join(' '))
        return { user: { name: 'Ada' } }
      },
    })
    const member = await joined(target, '/room/listen?token=secret&seat=7')
    member.send({ type: 'EMIT', payload: 1 })
    await target.pass(0)
    expect(asks).toEqual(['listen room secret 7', 'emit room secret 7'])
    expect(member.of('EMITTED')).toMatchObject([{ payload: { success: true } }])
    expect(target.core().channel('room').members()).toMatchObject([{ user: { name: 'Ada' } }])
  })

  it('loses its connection with the process, and has its grace once: not anew at each start [RS-3]', async () => {
    const target = sleepingServer()
    const member = await joined(target, '/room/listen?session=new')
    target.crash()
    const { session } = member.received[0]!.payload
    expect(target.core().stats()).toMatchObject({ members: 1, away: 1 })
    await target.pass(20_000)
    target.crash()
    const back = await joined(target, `/room/listen?session=${session}`)
    expect(back.received[0]).toMatchObject({ clientID: member.clientID, payload: { resumed: true } })
    target.crash()
    expect(target.core().stats()).toMatchObject({ members: 1, away: 1 })
    await target.pass(20_000)
    target.crash()
    await target.pass(9_000)
    expect(target.core().stats().members).toBe(1)
    await target.pass(2_000)
    expect(target.core().stats().members).toBe(0)
  })

  it('leaves at once when its process is lost and it has no session [RS-4]', async () => {
    const left: string[] = []
    const target = sleepingServer({ onLeave: ({ member }) => void left.push(member.clientID) })
    const member = await joined(target)
    target.crash()
    expect(target.core().stats().members).toBe(0)
    expect(left).toEqual([member.clientID])
  })

  it('is told apart from a repeat: what was emitted before is not emitted again [EM-8]', async () => {
    const target = sleepingServer()
    const member = await joined(target)
    const first = await post(target, '/room/emit', 1, { 'idempotency-key': 'job-7' })
    await target.pass(60_000)
    expect(await post(target, '/room/emit', 1, { 'idempotency-key': 'job-7' })).toEqual(first)
    expect(member.of('DATA')).toHaveLength(1)
  })
})

describe('a socket that cannot keep what it is told', () => {
  it('is welcomed all the same, and the fault is reported [ER-1]', async () => {
    const contexts: string[] = []
    const server = createServer({ onError: (_error, context) => void contexts.push(context) })
    const accept = await server.upgrade(new Request('http://localhost/room/listen'))
    if (accept instanceof Response) throw new Error('expected to be let in')
    const sent: string[] = []
    accept({
      send: (text) => void sent.push(text),
      close() {},
      save() {
        throw new Error('too large')
      },
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toContain('"CONNECTED"')
    expect(contexts).toEqual(['saving a socket'])
    await server.close({ drainMs: 0 })
  })
})

describe('the sweeps of a server that sleeps', () => {
  it('wake it about once an interval for all of its members together [CL-5]', async () => {
    const target = sleepingServer({ ...HOURLY, idleMs: 10_000 })
    const members = []
    for (let n = 0; n < 60; n++) {
      members.push(await joined(target))
      await target.pass(7_000)
    }
    target.alarms.splice(0)
    const before = members.map((member) => member.of('PING').length)
    await target.pass(3_600_000)
    // A PING and a look at who has not answered, 12 times an hour.
    expect(target.alarms.length).toBeLessThanOrEqual(26)
    for (const [at, member] of members.entries()) {
      expect(member.of('PING').length - before[at]!).toBeGreaterThanOrEqual(12)
      expect(member.of('ERROR')).toEqual([])
    }
  })

  it('cut off who does not answer, though the process was away meanwhile [CL-5]', async () => {
    const target = sleepingServer(HOURLY)
    const silent = await joined(target, '/room/listen', { pong: false })
    await target.pass(300_000)
    expect(silent.of('PING')).toHaveLength(1)
    await target.pass(14_000)
    expect(silent.of('ERROR')).toEqual([])
    await target.pass(1_000)
    expect(silent.of('ERROR')).toMatchObject([{ payload: { code: 'PING_TIMEOUT' } }])
    expect(await silent.ended).toEqual({ code: 4408, reason: 'PING_TIMEOUT' })
  })

  it('end a grant at its moment [OR-2]', async () => {
    const target = sleepingServer({
      ...HOURLY,
      authorize: () => ({ expiresAt: target.clock.unixNow() + 90_000 }),
    })
    const member = await joined(target)
    await target.pass(89_000)
    expect(member.of('ERROR')).toEqual([])
    await target.pass(1_000)
    expect((await member.ended).code).toBe(4401)
  })

  it('are over when nothing is left, and the journal is empty [CH-4, I10]', async () => {
    const target = sleepingServer({ ...HOURLY, idleMs: 10_000 })
    const member = await joined(target, '/room/listen?session=new')
    await post(target, '/room/emit', 1)
    await member.leave(4000)
    await target.pass(600_000)
    expect(target.journal.saved(0).channels).toEqual([])
    expect(target.core().dueInMs()).toBeUndefined()
    target.alarms.splice(0)
    await target.pass(3_600_000)
    expect(target.alarms).toEqual([])
  })
})

describe('a server that sleeps, and is closed', () => {
  it('waits for acknowledgements no longer than until they are there [HL-1]', async () => {
    const target = sleepingServer({ idleMs: 10_000 })
    const member = await joined(target, '/room/listen', { ack: false })
    const sent = target.core().channel('room').emit(1, { requireAck: true, timeoutMs: 9_000 })
    await target.pass(0)
    let isClosed = false
    const closing = target.core().close()
    void closing.then(() => (isClosed = true))
    await target.pass(1_000)
    expect(isClosed).toBe(false)
    member.ack(member.of('DATA')[0]!['eventID'])
    await target.pass(100)
    expect(isClosed).toBe(true)
    expect(await sent).toMatchObject({ success: true })
    expect((await member.ended).code).toBe(1012)
    expect(target.errors).toEqual([])
  })
})

describe('a journal', () => {
  it('is written once for an event, and not at all for a frame that changes nothing', async () => {
    const target = sleepingServer()
    const member = await joined(target)
    const count = async (run: () => unknown) => {
      const before = target.journal.writes
      await run()
      await target.pass(0)
      return target.journal.writes - before
    }
    expect(await count(() => member.send({ type: 'EMIT', payload: 1 }))).toBe(1)
    expect(await count(() => member.send({ type: 'PRESENCE', payload: { x: 1 } }))).toBe(1)
    expect(await count(() => member.send({ type: 'ACK', payload: { eventID: 'evt_unknown' } }))).toBe(0)
    expect(await count(() => member.socket.send('{'))).toBe(0)
  })

  it('that throws stops nothing, and is reported [ER-1]', async () => {
    const contexts: string[] = []
    const broken = () => {
      throw new Error('the disk is full')
    }
    const journal: Journal = {
      ...{ opened: broken, event: broken, dropped: broken, member: broken, left: broken, freed: broken },
    }
    const options: ServerOptions = { journal, onError: (_error, context) => void contexts.push(context) }
    const server = createServer(options)
    const member = await join(memory(server), '/room/listen')
    await server.channel('room').emit('hello')
    expect((await member.nth('DATA')).payload).toBe('hello')
    await member.leave(1000)
    expect(new Set(contexts)).toEqual(new Set(['the journal']))
    await server.close({ drainMs: 0 })
  })
})
