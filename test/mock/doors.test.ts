// The server's doors when they fail, what a program hands to them, and what it does to a socket's events and to the event loop.
import { memory } from '@websockets.do/server-core/memory'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { mockServer } from './mock-server'

const never = async () => new Response(null, { status: 404 })

function unhandled(): unknown[] {
  const seen: unknown[] = []
  const note = (error: unknown) => void seen.push(error)
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  onTestFinished(() => {
    process.off('unhandledRejection', note)
    process.off('uncaughtException', note)
  })
  return seen
}

/** A socket in memory, whose life is written down, and how many lines are not over. */
function opened(upgrade: Parameters<typeof memory>[0]['upgrade']) {
  const life: string[] = []
  let lines = 0
  const soon = (run: () => void) => setTimeout(run, 0)
  const { WebSocket, url } = memory(
    { fetch: never, upgrade },
    {
      wire: {
        connect() {
          lines++
          let isOver = false
          return {
            carry: (_direction, _parcel, text, arrive) => void soon(() => arrive(text, false)),
            over() {
              if (!isOver) lines--
              isOver = true
            },
          }
        },
      },
    },
  )
  const socket = new WebSocket(`${url}/room/listen`)
  for (const type of ['open', 'message', 'error'] as const) socket.addEventListener(type, () => void life.push(type))
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', ({ code, wasClean }) => {
      life.push(`close ${code} ${wasClean}`)
      resolve()
    })
  })
  return { socket, life, closed, lines: () => lines }
}

describe('a door that fails', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('a bug'))],
    [
      'throws',
      () => {
        throw new Error('a bug')
      },
    ],
  ])('before the socket was open: one that %s', async (_how, upgrade) => {
    const errors = unhandled()
    const { socket, life, closed, lines } = opened(upgrade)
    await closed
    expect([life, socket.readyState, lines()]).toEqual([['error', 'close 1006 false'], 3, 0])
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(errors).toEqual([])
  })

  it('in the middle of accepting', async () => {
    const errors = unhandled()
    const { socket, life, closed, lines } = opened(async () => (end) => {
      end.send('half of it')
      throw new Error('a bug')
    })
    await closed
    expect([life, socket.readyState, lines()]).toEqual([['open', 'message', 'error', 'close 1006 false'], 3, 0])
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(errors).toEqual([])
  })

  it('after it has closed what it was accepting', async () => {
    const { life, closed, lines } = opened(async () => (end) => {
      end.close(4000, 'mine')
      throw new Error('a bug')
    })
    await closed
    expect([life, lines()]).toEqual([['open', 'close 4000 true'], 0])
  })
})

describe('headers for a WebSocket', () => {
  it.each([[{ x: 'a\nb' }], [{ 'not a token': '1' }], [null]])(
    'are refused at once where nobody can say them: %j',
    async (headers) => {
      const errors = unhandled()
      const server = mockServer()
      const make = () => new server.WebSocket(`${server.url}/room/listen`, [], { headers: headers as never })
      expect(make).toThrow(TypeError)
      await server.settled()
      expect([errors, server.network.connected(), server.transcript()]).toEqual([[], [], ''])
    },
  )

  it('are those of the moment in which it was made', async () => {
    const tokens: unknown[] = []
    const server = mockServer({ authorize: ({ request }) => tokens.push(request.headers.get('x-token')) > 0 })
    const headers = new Headers({ 'x-token': 'then' })
    const socket = new server.WebSocket(`${server.url}/room/listen`, [], { headers })
    headers.set('x-token', 'later')
    await server.settled()
    expect(tokens).toEqual(['then'])
    socket.close()
  })
})

describe('the events of a WebSocket in memory', () => {
  const socketOf = (server: ReturnType<typeof mockServer>) => new server.WebSocket(`${server.url}/room/listen`)

  it('take null for options', () => {
    const socket = socketOf(mockServer())
    const calls: string[] = []
    const listener = () => void calls.push('heard')
    socket.addEventListener('custom', listener, null as never)
    socket.dispatchEvent(new Event('custom'))
    socket.removeEventListener('custom', listener, null as never)
    socket.dispatchEvent(new Event('custom'))
    expect(calls).toEqual(['heard'])
  })

  it.each([
    ['an event of the platform’s', () => new Event('custom')],
    ['one of its own class', () => new (class extends Event {})('custom')],
  ])('stop where a listener stops them: %s', (_which, make) => {
    const socket = socketOf(mockServer())
    const calls: string[] = []
    socket.addEventListener('custom', () => void calls.push('first'))
    socket.addEventListener(
      'custom',
      (event) => {
        calls.push('stops')
        event.stopImmediatePropagation()
      },
      { once: true },
    )
    socket.addEventListener('custom', () => void calls.push('last'))
    const event = make()
    socket.dispatchEvent(event)
    expect(calls).toEqual(['first', 'stops'])
    expect(Object.keys(Object.getOwnPropertyDescriptors(event))).not.toContain('stopImmediatePropagation')
  })

  it('keep a method of their own', () => {
    const socket = socketOf(mockServer())
    const calls: string[] = []
    const own = vi.fn()
    const event = Object.assign(new Event('custom'), { stopImmediatePropagation: own })
    socket.addEventListener('custom', () => void calls.push('heard'))
    socket.addEventListener('custom', (heard) => heard.stopImmediatePropagation())
    socket.dispatchEvent(event)
    expect([calls, own.mock.calls.length, event.stopImmediatePropagation === own]).toEqual([['heard'], 1, true])
  })

  it('are those of another target, where they are dispatched there', async () => {
    const server = mockServer()
    const socket = socketOf(server)
    const other = new EventTarget()
    const seen: unknown[] = []
    other.addEventListener('open', (event) => {
      seen.push(
        event.target === other,
        event.currentTarget === other,
        event.eventPhase,
        event.composedPath()[0] === other,
      )
      event.stopImmediatePropagation()
    })
    other.addEventListener('open', () => seen.push('never'))
    socket.addEventListener('open', (event) => {
      seen.push(event.target === socket, event.eventPhase)
      other.dispatchEvent(event)
    })
    await server.settled()
    expect(seen).toEqual([true, 2, true, true, 2, true])
    socket.close()
  })

  it.each(['is removed', 'was called once'])('leave nothing on the signal of a listener that %s', (how) => {
    const socket = socketOf(mockServer())
    const { signal } = new AbortController()
    const kept = new Set<unknown>()
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      kept.add(args[1])
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      kept.delete(args[1])
      remove(...args)
    }
    const listener = () => {}
    socket.addEventListener('custom', listener, { signal, once: how !== 'is removed' })
    expect(kept.size).toBe(1)
    if (how === 'is removed') socket.removeEventListener('custom', listener)
    else socket.dispatchEvent(new Event('custom'))
    expect(kept.size).toBe(0)
  })
})

describe('one turn of the event loop', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.resetModules()
  })
  const load = async () => await import('../../packages/server-core/src/mock/turn')

  it('passes whatever is put in the place of setImmediate, as node:test does without a trace', async () => {
    const { turn } = await load()
    vi.stubGlobal('setImmediate', () => {})
    await turn()
  })

  it('passes where the fake was there first', async () => {
    vi.resetModules()
    vi.useFakeTimers({ toFake: ['setImmediate'] })
    await (await load()).turn()
  })

  it('passes where there is no such thing', async () => {
    vi.resetModules()
    vi.stubGlobal('setImmediate', undefined)
    await (await load()).turn()
  })
})
