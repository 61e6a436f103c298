// Scenarios: how a WebSocket is made, and what it is before anything has happened.
import { attempt, type Scenario, watch } from './engine'

const addresses = (host: string): unknown[] => [
  ...['a', '/a?b=c', 'a/../b', '?x', '', `//${host}/x`, '#b', '/a#'],
  ...['ws', 'wss', 'http', 'https', 'WS', 'ftp', 'blob:http'].map((scheme) => `${scheme}://${host}/a`),
  ...[`ws://${host}`, `ws://${host}/a#`, `ws://${host}/a#b`, ` ws://${host}/a\tb `, `ws://${host}/ä ö"<>\\b`],
  ...[`ws://user:pass@${host}/a`, `http://localhost:80/`, 'ws://localhost:80', 'https://localhost:443/x'],
  ...['mailto:a@b', 'data:,x', 'javascript:1', 'ws://', 'http://', 'ws://[', 'ws://localhost:99999/'],
  ...[new URL(`ws://${host}/url`), { toString: () => `ws://${host}/text` }, null, 5],
]

const protocols: unknown[] = [
  ...[undefined, [], 'a', ['a'], ['a', 'b'], new Set(['a', 'b']), ['A', 'a'], "!#$%&'*+-.^_`|~09azAZ"],
  ...[
    '',
    [''],
    ['a', 'a'],
    'a b',
    'a,b',
    'a;b',
    '(a)',
    'a/b',
    'a@b',
    '"a"',
    'ä',
    'a\n',
    '\u007f',
    [['a']],
    ['a', null],
  ],
  ...[null, 5, {}, { toString: () => 'named' }, true],
]

export const constructing: Record<string, Scenario> = {
  async 'takes addresses, and says what it made of them'({ WebSocket, host }) {
    return addresses(host).map((address) => {
      const outcome = attempt(() => {
        const socket = new WebSocket(address as string)
        socket.close()
        return socket.url
      })
      return [String(address), outcome].map((text) => String(text).replaceAll(host, 'HOST'))
    })
  },

  async 'takes subprotocols that are tokens, each once'({ WebSocket, host }) {
    return protocols.map((offered) => {
      const outcome = attempt(() => {
        const socket = new WebSocket(`ws://${host}/never`, offered as string[])
        socket.close()
        return 'taken'
      })
      return [offered instanceof Set ? 'a Set' : JSON.stringify(offered), outcome]
    })
  },

  async 'is a class with constants that stay what they are'({ WebSocket }) {
    const names = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const
    const changed = attempt(() => ((WebSocket as any).OPEN = 5))
    const { prototype } = WebSocket
    const accessors = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType', 'onopen']
    return {
      ofClass: names.map((name) => WebSocket[name]),
      ofPrototype: names.map((name) => prototype[name]),
      changed,
      name: WebSocket.name,
      called: attempt(() => (WebSocket as any)('ws://localhost')),
      withoutArguments: attempt(() => new (WebSocket as any)()),
      tag: Object.prototype.toString.call(prototype),
      isEventTarget: prototype instanceof EventTarget,
      members: [...accessors, 'onmessage', 'onerror', 'onclose', 'send', 'close'].map((name) => name in prototype),
    }
  },

  async 'begins connecting, with nothing sent and nothing heard'(engine) {
    const { socket } = watch(engine, { path: '/never' })
    const { readyState, protocol, extensions, binaryType, bufferedAmount } = socket
    const { onopen, onmessage, onerror, onclose } = socket
    const constants = [socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED]
    const first = [readyState, protocol, extensions, binaryType, bufferedAmount, onopen, onmessage, onerror, onclose]
    const isOfClass = [socket instanceof engine.WebSocket, socket instanceof EventTarget, String(socket)]
    const url = socket.url.replace(engine.host, 'HOST').replace(/\d+/, 'N')
    socket.close()
    return { first, constants, isOfClass, url, keys: Object.keys(socket) }
  },

  async 'has attributes that only it can change'(engine) {
    const watched = watch(engine)
    const socket = watched.socket as any
    const names = ['url', 'readyState', 'protocol', 'extensions', 'bufferedAmount', 'OPEN']
    const outcomes = names.map((name) => attempt(() => (socket[name] = 7)))
    await watched.opened
    const after = [socket.readyState, socket.protocol, socket.extensions, socket.bufferedAmount, socket.OPEN]
    socket.close()
    return { outcomes, after }
  },

  async 'has a binaryType of two values'(engine) {
    const { socket } = watch(engine, { path: '/never' })
    const seen = ['arraybuffer', 'blob', 'arraybuffer', 'nodebuffer', '', 'BLOB', null, undefined, 'blob'].map(
      (type) => [attempt(() => (socket.binaryType = type as BinaryType)) ?? null, socket.binaryType],
    )
    socket.close()
    return seen
  },

  async 'may be made the base of another class'(engine) {
    class Named extends engine.WebSocket {
      readonly label = 'mine'
      override close(code = 4000, reason = 'of the class'): void {
        super.close(code, reason)
      }
    }
    const { socket, opened, closed, log } = watch({ ...engine, WebSocket: Named })
    await opened
    socket.close()
    await closed
    return {
      log,
      label: (socket as Named).label,
      isOfClass: [socket instanceof Named, socket instanceof engine.WebSocket],
    }
  },
}
