// The set-up for vitest, as its user meets it: matchers that say what was there, leaks that fail a test, and the last frames when one fails.
import { createMockServer } from '@websockets.do/server-core/mock'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ChildRun, runVitest } from '../support/child-vitest'

const IMPORTS = `
import { createClient } from '@websockets.do/client'
import { createMockServer } from '@websockets.do/server-core/mock'
import { afterAll, afterEach, expect, it, onTestFinished } from 'vitest'
`

const FILES = {
  fails: `${IMPORTS}
it('fails', async () => {
  const server = createMockServer({ seed: 4711 })
  const ada = await server.connect('room', { name: 'ada' })
  ada.emit('hello')
  await server.settled()
  expect(ada).toReceive({ type: 'DATA', payload: 'goodbye' })
})`,
  leaks: `${IMPORTS}
it('leaves a client', async () => {
  const server = createMockServer()
  createClient(server.device('phone')).channel('room')
  await server.settled()
})
it('leaves an emit', async () => {
  const server = createMockServer()
  const member = await server.connect('room')
  void server.emit('room', 1, { requireAck: true })
  member.network.stall()
})
it('has a handler that fails', async () => {
  const server = createMockServer()
  const client = createClient(server)
  client.channel('room').on('data', ({ payload }) => expect(payload).toBe(2))
  await server.settled()
  await server.emit('room', 1)
  await server.settled()
  await server.close()
})
it('replaces the globals for good', async () => {
  const server = createMockServer()
  undo = server.install()
  await server.close()
})
let undo
afterAll(() => undo?.())
it.concurrent('runs beside another', async () => {
  const server = createMockServer()
  await server.connect('room')
  await new Promise((resolve) => setTimeout(resolve, 20))
  await server.close()
})
it.concurrent('runs beside the other', async () => {
  await createMockServer().close()
})
it('leaves nothing, at the last moment', async () => {
  const server = createMockServer()
  const client = createClient(server)
  onTestFinished(() => client.close())
  client.channel('room')
  await server.settled()
})
it('leaves what it has to afterEach', async () => {
  const server = createMockServer()
  closing = server
  await server.connect('room')
})
let closing
afterEach(async () => await closing?.close())`,
}

describe('the set-up for vitest', () => {
  let run: ChildRun
  const testOf = (title: string) => run.tests.find((test) => test.title === title)

  beforeAll(async () => {
    run = await runVitest(FILES)
  }, 60_000)

  it('shows the seed and the last frames when a test fails', () => {
    const [failure] = testOf('fails')?.failures ?? []
    expect(failure).toContain('seed 4711, the last frames:')
    expect(failure).toMatch(/ada +server/)
    expect(failure).toContain('EMIT "hello"')
  })

  it('says what was expected, and what came instead', () => {
    expect(testOf('fails')?.failures[0]).toContain('expected the member to receive')
    expect(testOf('fails')?.failures[0]).toContain('it received 3: 1 CONNECTED, 1 DATA, 1 EMITTED')
  })

  it('does not complain of leaks in a test that has failed anyway', () => {
    expect(testOf('fails')?.failures).toHaveLength(1)
  })

  it('fails a test that leaves a client, and names its connection', () => {
    expect(testOf('leaves a client')).toMatchObject({ status: 'failed' })
    expect(testOf('leaves a client')?.failures[0]).toMatch(
      /phone is still connected to \/room\/listen.* as client_\d+: close it/,
    )
  })

  it('fails a test that leaves an emit waiting for acknowledgements', () => {
    expect(testOf('leaves an emit')?.failures[0]).toContain('1 emit is still waiting for acknowledgements')
  })

  it('fails a test whose handler has failed, with what it threw [ER-1]', () => {
    expect(testOf('has a handler that fails')?.failures[0]).toMatch(
      /a handler has failed \(a client\).*expected 1 to be 2/,
    )
  })

  it('fails a test that leaves the globals replaced', () => {
    expect(testOf('replaces the globals for good')?.failures[0]).toContain('call what install() returned')
  })

  it('lets no concurrent test answer for another', () => {
    expect(testOf('runs beside another')).toMatchObject({ status: 'passed' })
    expect(testOf('runs beside the other')).toMatchObject({ status: 'passed' })
  })

  it('leaves the test all its own ways to clean up', () => {
    expect(testOf('leaves nothing, at the last moment')).toMatchObject({ status: 'passed' })
    expect(testOf('leaves what it has to afterEach')).toMatchObject({ status: 'passed' })
  })
})

describe('a matcher', () => {
  it('finds a frame by its type, or by some of its fields', async () => {
    const server = createMockServer()
    const ada = await server.connect('room')
    const grace = await server.connect('room', { presence: { name: 'Grace', at: { x: 1, y: 2 } } })
    expect(ada).toReceive('PRESENCE:JOINED')
    expect(ada).toReceive({ type: 'PRESENCE:JOINED', payload: { presence: { at: { x: 1 } } } })
    expect(ada).toReceive({ payload: expect.objectContaining({ clientID: grace.clientID }) })
    expect(ada).not.toReceive({ type: 'PRESENCE:JOINED', payload: { presence: { at: { x: 2 } } } })
    expect(grace).not.toReceive('PRESENCE:JOINED')
    expect(grace).toReceive({ payload: { members: [{ clientID: ada.clientID }] } })
    expect(grace).not.toReceive({ payload: { members: [] } })
    expect(() => expect({}).toReceive('DATA')).toThrow('server.connect()')
    expect(() => expect(grace).toReceive('DATA')).toThrow(/it received 1: 1 CONNECTED\n/)
    expect(() => expect(ada).not.toReceive('PRESENCE:JOINED')).toThrow('expected the member not to receive')
    await server.close()
  })

  it('knows who acknowledged, by member, channel or id', async () => {
    const server = createMockServer()
    const ada = await server.connect('room', { autoAck: true })
    const silent = await server.connect('room')
    const sent = server.emit('room', 1, { requireAck: true })
    await server.advance('5s')
    const answer = await sent
    expect(answer).toHaveBeenAckedBy(ada)
    expect(answer).toHaveBeenAckedBy(ada.clientID)
    expect(answer).not.toHaveBeenAckedBy(silent)
    expect(() => expect(answer).toHaveBeenAckedBy(ada, silent)).toThrow(silent.clientID)
    expect(() => expect(sent).toHaveBeenAckedBy(ada)).toThrow('await it first')
    expect(() => expect(answer).toHaveBeenAckedBy()).toThrow('at least one')
    await server.close()
  })

  it('compares all who are in a channel', async () => {
    const server = createMockServer()
    const ada = await server.connect('room')
    const grace = await server.connect('room')
    expect(server).toHaveMembers('room', [grace, ada])
    expect(server).not.toHaveMembers('room', [ada])
    expect(server).toHaveMembers('nobody', [])
    expect(server).not.toHaveMembers('room', [ada, ada])
    expect(() => expect(server).toHaveMembers([ada] as never)).toThrow("channel's name")
    expect(() => expect({}).toHaveMembers([ada])).toThrow('expected a mock server')
    expect(() => expect(server).toHaveMembers('room', [ada])).toThrow(grace.clientID)
    await server.close()
  })
})
