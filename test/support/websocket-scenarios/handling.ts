// Scenarios: handlers and listeners, in which order they are called, and what one does to the others.
// oxlint-disable unicorn/prefer-add-event-listener -- handlers are what this is about
import { attempt, aWhile, nextMessage, type Scenario, tell, watch, type Watched } from './engine'

/** One message to and fro. */
async function hear(watched: Watched, text = 'x'): Promise<void> {
  const heard = nextMessage(watched)
  tell(watched, ['send', text])
  await heard
}

export const handling: Record<string, Scenario> = {
  async 'calls handlers and listeners in the order in which they were first there'(engine) {
    const calls: string[] = []
    const say = (text: string) => () => void calls.push(text)
    const watched = watch(engine)
    const { socket, opened } = watched
    socket.addEventListener('message', say('first'))
    socket.onmessage = say('handler')
    socket.addEventListener('message', say('second'))
    socket.onmessage = say('replaced')
    await opened
    await hear(watched)
    calls.push('|')
    socket.onmessage = null
    await hear(watched)
    calls.push('|')
    socket.onmessage = say('again')
    await hear(watched)
    socket.close()
    return calls
  },

  async 'takes functions for handlers, and shows what it has'(engine) {
    const calls: unknown[] = []
    const watched = watch(engine)
    const socket = watched.socket as any
    await watched.opened
    const handler = () => {}
    const object = { handleEvent: () => calls.push('handleEvent') }
    const values = [
      handler,
      object,
      {},
      [],
      'text',
      5,
      true,
      undefined,
      null,
      Symbol.iterator,
      class Handler extends Event {},
    ]
    const shown = values.map((value) => {
      attempt(() => (socket.onclose = value))
      return socket.onclose === value ? 'itself' : String(socket.onclose)
    })
    socket.onclose = null
    socket.onmessage = object
    await hear(watched)
    socket.onmessage = function (this: unknown, ...args: Event[]) {
      calls.push(['this', this === socket, args.length, args[0]?.type])
      return false
    }
    await hear(watched)
    socket.onmessage = () => Promise.resolve()
    socket.close()
    return { shown, calls }
  },

  async 'lets an exception in one keep no other from running'(engine) {
    const calls: string[] = []
    const watched = watch(engine, {
      first(socket) {
        const fail = (what: string) => () => {
          calls.push(what)
          throw new Error(`thrown in ${what}`)
        }
        socket.onopen = fail('onopen')
        socket.addEventListener('message', fail('a listener'))
        socket.addEventListener('message', { handleEvent: fail('an object') })
        socket.onclose = fail('onclose')
      },
    })
    await watched.opened
    await hear(watched, 'one')
    await hear(watched, 'two')
    watched.socket.close(4000)
    await watched.closed
    await aWhile(engine)
    return {
      calls,
      log: watched.log,
      uncaught: engine.uncaught.map((text) => text.replace(/^Uncaught (Error: )?/, '')),
    }
  },

  async 'calls a listener once for however often it was added, and as long as it is there'(engine) {
    const calls: string[] = []
    const watched = watch(engine)
    const { socket, opened } = watched
    const say = (text: string) => () => void calls.push(text)
    const [twice, gone, once, controller] = [say('twice'), say('gone'), say('once'), new AbortController()]
    socket.addEventListener('message', twice)
    socket.addEventListener('message', twice)
    socket.addEventListener('message', gone)
    socket.removeEventListener('message', gone, { capture: true })
    socket.removeEventListener('message', say('unknown'))
    socket.addEventListener('message', once, { once: true })
    socket.addEventListener('message', say('until aborted'), { signal: controller.signal })
    socket.addEventListener('message', say('never'), { signal: AbortSignal.abort() })
    socket.addEventListener('message', null as never)
    socket.addEventListener('message', { handleEvent: say('object') })
    await opened
    await hear(watched)
    calls.push('|')
    socket.removeEventListener('message', gone)
    controller.abort()
    await hear(watched)
    socket.close()
    return calls
  },

  async 'lets listeners come and go while an event is under way'(engine) {
    const calls: string[] = []
    const watched = watch(engine)
    const { socket, opened } = watched
    await opened
    const late = () => void calls.push('late')
    const removed = () => void calls.push('removed')
    const again = () => {
      calls.push('first')
      socket.removeEventListener('message', removed)
      socket.addEventListener('message', late)
      socket.onmessage = () => void calls.push('set meanwhile')
    }
    socket.addEventListener('message', again)
    socket.addEventListener('message', removed)
    await hear(watched)
    calls.push('|')
    socket.removeEventListener('message', again)
    await hear(watched)
    socket.close()
    return calls
  },

  async 'calls those that capture when it is their turn, and stops where one stops it'(engine) {
    const calls: string[] = []
    const watched = watch(engine)
    const { socket, opened } = watched
    await opened
    socket.addEventListener('message', () => void calls.push('plain'))
    socket.addEventListener('message', () => void calls.push('capturing'), true)
    socket.addEventListener('message', (event) => {
      calls.push('stopping')
      if (event.data === 'stop') event.stopImmediatePropagation()
      else event.stopPropagation()
    })
    socket.onmessage = () => void calls.push('handler')
    const heard = nextMessage(watched)
    tell(watched, ['send', 'stop'], ['send', 'go'])
    await heard
    socket.close()
    return calls
  },

  async 'takes events that a program dispatches itself'(engine) {
    const calls: unknown[] = []
    const { socket } = watch(engine, { path: '/never' })
    const note = (event: Event) => {
      const { type, isTrusted, target, currentTarget, eventPhase } = event
      calls.push([type, isTrusted, target === socket, currentTarget === socket, eventPhase])
    }
    socket.onmessage = note
    socket.addEventListener('custom', note)
    socket.addEventListener('custom', (event) => event.preventDefault())
    const own = new MessageEvent('message', { data: 'own' })
    const results = [
      socket.dispatchEvent(own),
      socket.dispatchEvent(own),
      socket.dispatchEvent(new Event('custom', { cancelable: true })),
      socket.dispatchEvent(new Event('custom')),
      socket.dispatchEvent(new Event('nobody hears')),
    ]
    calls.push(attempt(() => socket.dispatchEvent({ type: 'message' } as Event)))
    socket.close()
    return { results, calls }
  },

  async 'lets promises have their turn between two messages'(engine) {
    const calls: string[] = []
    const watched = watch(engine, { greet: [['send', '1'], ['send', '2'], ['send', '3'], ['close']] })
    watched.socket.onmessage = async ({ data }) => {
      calls.push(`hears ${data}`)
      await undefined
      calls.push(`goes on with ${data}`)
    }
    await watched.closed
    return calls
  },
}
