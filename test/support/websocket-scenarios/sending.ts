// Scenarios: what can be sent and when, as what it arrives, and how much is under way.
import { attempt, aWhile, type Scenario, watch } from './engine'

const texts: unknown[] = [
  ...['text', '', 'ä€🦊', '\u0000', '\ud800', 'a\udc00b', '\ud83e\udd8a', '\udd8a\ud83e'],
  ...[1, 1.5, -0, NaN, true, null, undefined, {}, [1, [2, 3]], new String('object'), 10n],
  ...[{ toString: () => 'by toString', valueOf: () => 'by valueOf' }, new Date(NaN), new URL('ws://a/')],
]

const binaries = (): [string, ArrayBuffer | ArrayBufferView | Blob][] => [
  ['ArrayBuffer', new ArrayBuffer(3)],
  ['Uint8Array', new Uint8Array(4)],
  ['a part', new Uint8Array(10).subarray(2, 5)],
  ['Float64Array', new Float64Array(2)],
  ['DataView', new DataView(new ArrayBuffer(7), 1)],
  ['Blob', new Blob(['ä', 'b'])],
  ['an empty one', new ArrayBuffer(0)],
  ['an empty Blob', new Blob([])],
]

export const sending: Record<string, Scenario> = {
  async 'sends nothing before it is open'(engine) {
    const { socket } = watch(engine, { path: '/never' })
    const seen = [attempt(() => socket.send('x')), attempt(() => socket.send(new ArrayBuffer(1)))]
    seen.push(
      attempt(() => (socket as any).send()),
      socket.bufferedAmount,
      socket.readyState,
    )
    socket.close()
    return seen
  },

  async 'sends text, and makes text of whatever is not binary'(engine) {
    const { socket, opened, told } = watch(engine)
    await opened
    const outcomes = texts.map((value) => {
      const before = socket.bufferedAmount
      const outcome = attempt(() => socket.send(value as string))
      return [typeof value, outcome, socket.bufferedAmount - before]
    })
    const refused = [Symbol('s'), { toString: () => ({}) }, Object.create(null)].map((value) =>
      attempt(() => socket.send(value)),
    )
    refused.push(
      attempt(() => (socket as any).send()),
      attempt(() => (socket as any).send('two', 'arguments')),
    )
    socket.close()
    const received = (await told()).received.map((text) => JSON.stringify(text))
    return { outcomes, refused, received }
  },

  async 'sends binary as binary'(engine) {
    const { socket, opened, told } = watch(engine)
    await opened
    const sent = binaries().map(([name, data]) => {
      const before = socket.bufferedAmount
      return [name, attempt(() => socket.send(data as ArrayBuffer)), socket.bufferedAmount - before]
    })
    socket.close()
    return { sent, told: await told() }
  },

  async 'counts the bytes that are under way, until they have gone'(engine) {
    const { socket, opened, closed } = watch(engine)
    await opened
    const seen = [socket.bufferedAmount]
    socket.send('ä€🦊')
    seen.push(socket.bufferedAmount)
    socket.send('\ud800')
    seen.push(socket.bufferedAmount)
    socket.send(new Uint8Array(10))
    seen.push(socket.bufferedAmount)
    await Promise.resolve()
    for (let turn = 0; socket.bufferedAmount > 0 && turn < 100; turn++) await aWhile(engine)
    seen.push(socket.bufferedAmount)
    socket.close()
    await closed
    seen.push(socket.bufferedAmount)
    return seen
  },

  async 'counts for good what is sent after it has closed, and says nothing'(engine) {
    const { socket, opened, closed, told, log } = watch(engine)
    await opened
    const seen: unknown[] = []
    const send = (data: string | ArrayBuffer | Blob) => {
      seen.push(
        attempt(() => socket.send(data)),
        socket.bufferedAmount,
      )
    }
    socket.close()
    send('four')
    send('ä')
    await closed
    send(new ArrayBuffer(5))
    send(new Blob(['123']))
    seen.push(attempt(() => (socket as any).send()))
    await aWhile(engine)
    seen.push(socket.bufferedAmount)
    return { seen, log, told: await told() }
  },

  async 'counts for good what is sent after it was refused'(engine) {
    const { socket, closed, log } = watch(engine, { path: '/refuse' })
    await closed
    const seen = [attempt(() => socket.send('four')), socket.bufferedAmount]
    return { seen, log }
  },
}
