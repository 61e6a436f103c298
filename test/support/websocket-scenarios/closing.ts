// Scenarios: how a connection ends, whoever ends it, and what is heard of it.
import { attempt, aWhile, nextMessage, type Scenario, tell, watch } from './engine'

const codes: unknown[] = [
  ...[undefined, 1000, 1001, 999, 0, 1005, 1006, 2999, 3000, 4999, 5000, 70_000, -1, NaN, Infinity],
  ...['1000', ' 3000 ', 'text', '', null, true, 1000.4, 1000.5, 1000.6, 2999.5, 4999.4, 4999.5, 4999.6, {}, [3000]],
]

const reasons: unknown[] = [
  ...[
    '',
    'because',
    'x'.repeat(123),
    'x'.repeat(124),
    'ä'.repeat(61),
    'ä'.repeat(62),
    '🦊'.repeat(30),
    '🦊'.repeat(31),
  ],
  ...['\ud800', '\udc00'.repeat(41), '\udc00'.repeat(42), 5, null, undefined, {}, ['a', 'b']],
]

export const closing: Record<string, Scenario> = {
  async 'closes with the codes that are a program’s to use'(engine) {
    return await Promise.all(
      codes.map(async (code) => {
        const { socket, opened, closed, log, told } = watch(engine)
        await opened
        const outcome = attempt(() => socket.close(code as number))
        const state = socket.readyState
        if (state === 1) socket.close()
        await closed
        const name = typeof code === 'number' ? String(code) : JSON.stringify(code)
        return [name, outcome, state, ...log.slice(1), (await told()).code].join(' | ')
      }),
    )
  },

  async 'closes with reasons of up to 123 bytes'(engine) {
    return await Promise.all(
      reasons.map(async (reason) => {
        const { socket, opened, closed, log } = watch(engine)
        await opened
        const outcome = attempt(() => socket.close(4000, reason as string))
        const state = socket.readyState
        if (state === 1) socket.close()
        await closed
        return [JSON.stringify(reason), outcome, state, ...log.slice(1)].join(' | ')
      }),
    )
  },

  async 'has a code for whoever gives a reason alone'(engine) {
    const { socket, opened, closed, log, told } = watch(engine)
    await opened
    const outcome = [attempt(() => socket.close(undefined, 'because'))]
    if (socket.readyState === 1) outcome.push(attempt(() => socket.close(undefined, '')))
    if (socket.readyState === 1) socket.close()
    await closed
    return [outcome, log, await told()]
  },

  async 'refuses a wrong close in every state, and stays what it was'(engine) {
    const { socket, opened, closed, log } = watch(engine)
    const seen: unknown[] = []
    const tryAll = () => {
      seen.push(
        attempt(() => socket.close(1001)),
        attempt(() => socket.close(1000, 'x'.repeat(124))),
      )
      seen.push(
        attempt(() => socket.close(1001, 'x'.repeat(124))),
        socket.readyState,
      )
    }
    tryAll()
    await opened
    tryAll()
    socket.close()
    tryAll()
    await closed
    tryAll()
    return { seen, log }
  },

  async 'closes once, with what was said first'(engine) {
    const { socket, opened, closed, log, told } = watch(engine)
    await opened
    const states = [socket.readyState]
    for (const code of [4001, 4002, undefined]) {
      socket.close(code, code ? `reason ${code}` : undefined)
      states.push(socket.readyState)
    }
    const before = [...log]
    await closed
    socket.close(4003)
    states.push(socket.readyState)
    await aWhile(engine)
    return { states, before, log, told: await told() }
  },

  async 'gives up while it is connecting: it fails a moment later, and never opens'(engine) {
    const outcomes = []
    for (const path of ['/never', '/echo', '/refuse']) {
      const { socket, closed, log } = watch(engine, { path, greet: [['send', 'welcome']] })
      const returned = attempt(() => socket.close(4001, 'too late'))
      const now = [returned, socket.readyState, log.length, attempt(() => socket.send('x')), socket.bufferedAmount]
      socket.close()
      await Promise.resolve()
      await closed
      await aWhile(engine)
      outcomes.push({ now, log, after: socket.readyState })
    }
    return outcomes
  },

  async 'hears the code and the reason that the server gives'(engine) {
    const ways = [[], [1000], [1000, 'done'], [1001], [1008], [1011, 'oh'], [1012, 'retry'], [3000], [4999, 'ä🦊']]
    return await Promise.all(
      ways.map(async (way) => {
        const { closed, log, socket } = watch(engine, {
          greet: [
            ['send', 'last word'],
            ['close', ...way],
          ],
        })
        await closed
        return [...way, ...log, socket.readyState]
      }),
    )
  },

  async 'takes the server’s code when both close at once'(engine) {
    const watched = watch(engine)
    await watched.opened
    tell(watched, ['close', 4001, 'of the server'])
    watched.socket.close(4002, 'of the client')
    const state = watched.socket.readyState
    await watched.closed
    return { state, log: watched.log }
  },

  async 'hears no message after it has closed, and loses none that it sent before'(engine) {
    const watched = watch(engine)
    const { socket } = watched
    await watched.opened
    tell(watched, ['send', 'one'], ['send', 'two'])
    for (let n = 0; n < 5; n++) socket.send(`up ${n}`)
    socket.close(4000)
    for (let n = 5; n < 8; n++) socket.send(`up ${n}`)
    await watched.closed
    await aWhile(engine)
    return { log: watched.log, told: await watched.told() }
  },

  async 'may be closed from within any handler'(engine) {
    const greet = [
      ['send', 'one'],
      ['send', 'two'],
      ['close', 4001],
    ]
    const outcomes = []
    for (const type of ['open', 'message', 'error', 'close'] as const) {
      const states: number[] = []
      const watched = watch(engine, {
        path: type === 'error' ? '/refuse' : '/echo',
        greet: type === 'error' || type === 'open' ? [] : greet,
        first(socket) {
          socket.addEventListener(type, () => {
            states.push(socket.readyState)
            socket.close(4002)
            states.push(socket.readyState)
          })
        },
      })
      await watched.closed
      await aWhile(engine)
      // Who of the two closed first is chance where the server closes by itself.
      const log = watched.log.map((line) => (type === 'message' ? line.replace(/400[12]/, 'either') : line))
      outcomes.push({ type, states, log })
    }
    return outcomes
  },

  async 'opens another from within its close'(engine) {
    const first = watch(engine, { greet: [['close', 4001]] })
    const second = await new Promise<ReturnType<typeof watch>>((resolve) => {
      first.socket.addEventListener('close', () => resolve(watch(engine, { greet: [['send', 'welcome back']] })))
    })
    await nextMessage(second)
    second.socket.close()
    await second.closed
    return [first.log, second.log]
  },
}
