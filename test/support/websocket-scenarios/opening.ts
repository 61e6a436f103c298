// Scenarios: how a connection comes to be, or does not, and what its events are like.
import { aWhile, nextMessage, type Scenario, tell, watch } from './engine'

export const opening: Record<string, Scenario> = {
  async 'opens, hears, and closes, in this order and each once'(engine) {
    const watched = watch(engine, { greet: [['send', 'welcome']] })
    await nextMessage(watched)
    tell(watched, ['send', 'one'], ['send', 'two'], ['close', 4001, 'enough'])
    await watched.closed
    await aWhile(engine)
    return { log: watched.log, told: await watched.told() }
  },

  async 'tells with events that are what the standard says'(engine) {
    const seen: unknown[] = []
    const kept: any[] = []
    const { closed, socket } = watch(engine, {
      greet: [
        ['send', 'ä\u0000🦊'],
        ['send', ''],
        ['close', 4001, 'bye'],
      ],
      first(fresh) {
        const note = (event: any) => {
          kept.push(event)
          const { type, bubbles, cancelable, composed, defaultPrevented, eventPhase, data, code, reason, wasClean } =
            event
          const { lastEventId, source, ports } = event
          const origin = event.origin?.replace(engine.host, 'HOST')
          const path = event.composedPath()
          seen.push({
            ...{ type, bubbles, cancelable, composed, defaultPrevented, eventPhase, data, code, reason, wasClean },
            ...{ lastEventId, source, ports: ports?.length, origin, tag: Object.prototype.toString.call(event) },
            isTarget: event.target === fresh && event.currentTarget === fresh && event.srcElement === fresh,
            isPath: path.length === 1 && path[0] === fresh,
          })
        }
        for (const type of ['open', 'message', 'error', 'close']) fresh.addEventListener(type, note)
      },
    })
    await closed
    await aWhile(engine)
    const after = kept.map((event) => [
      event.target === socket,
      event.currentTarget,
      event.eventPhase,
      event.composedPath().length,
    ])
    return { seen, after }
  },

  async 'speaks the subprotocol that the server chose of those that were offered'(engine) {
    const outcomes = []
    for (const protocols of ['websockets.do', ['other', 'websockets.do', 'third'], []]) {
      const { socket, opened, closed } = watch(engine, { protocols })
      await opened
      outcomes.push(socket.protocol)
      socket.close()
      await closed
      outcomes.push(socket.protocol)
    }
    return outcomes
  },

  async 'fails when the server speaks none of those that were offered'(engine) {
    const { log, closed, socket } = watch(engine, { protocols: ['other', 'another'], greet: [['send', 'welcome']] })
    await closed
    await aWhile(engine)
    return { log, protocol: socket.protocol }
  },

  async 'fails when it is refused: it never opens'(engine) {
    const { log, closed, socket } = watch(engine, { path: '/refuse' })
    const before = socket.readyState
    await closed
    await aWhile(engine)
    return { before, log, after: socket.readyState }
  },

  async 'brings an address with a name and a password to the server'(engine) {
    const socket = new engine.WebSocket(`ws://user:pass@${engine.host}/echo`)
    const seen = await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve('open'))
      socket.addEventListener('close', ({ code }) => resolve(code))
    })
    socket.close()
    return seen
  },

  async 'brings everything in the order in which it was sent'(engine) {
    const watched = watch(engine, { greet: Array.from({ length: 50 }, (_, n) => ['send', `greeting ${n}`]) })
    await watched.opened
    for (let n = 0; n < 50; n++) {
      watched.socket.send(`up ${n}`)
      tell(watched, ['send', `down ${n}`])
    }
    watched.socket.send('last')
    tell(watched, ['close', 1000])
    await watched.closed
    return { log: watched.log, told: await watched.told() }
  },
}
