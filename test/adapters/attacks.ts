// What hostile or broken clients do on the wire. Each attack is over when its promise resolves; whether somebody else felt it
// is for the test to see.
import { expect, onTestFinished } from 'vitest'
import { closeFrame, frame } from '../support/frame'
import { ask, httpRequest, RawSocket, UPGRADE, upgradeRequest } from '../support/raw-socket'

export type Attack = (port: number) => Promise<void>

const LISTEN = '/room/listen'

/** Frames that no client may send, and the code that the server must close with. */
export const illegalFrames: readonly (readonly [string, Uint8Array, number])[] = [
  ['a frame without a mask', frame({ payload: '{}', masked: false }), 1002],
  ['the first reserved bit', frame({ payload: '{}', rsv: 4 }), 1002],
  ['the second reserved bit', frame({ payload: '{}', rsv: 2 }), 1002],
  ['the third reserved bit', frame({ payload: '{}', rsv: 1 }), 1002],
  ['a reserved opcode', frame({ opcode: 3, payload: '{}' }), 1002],
  ['a reserved control opcode', frame({ opcode: 0xb }), 1002],
  ['a continuation of nothing', frame({ opcode: 0, payload: '{}' }), 1002],
  ['a message inside a message', Buffer.concat([frame({ payload: '{', fin: false }), frame({ payload: '}' })]), 1002],
  ['a PING in fragments', frame({ opcode: 9, fin: false }), 1002],
  ['a control frame of 126 bytes', frame({ opcode: 9, payload: 'x'.repeat(126) }), 1002],
  ['a close code below the range', closeFrame(999), 1002],
  ['a close code that is never sent', closeFrame(1005), 1002],
  ['a close code above the range', closeFrame(5000), 1002],
  ['half a close code', frame({ opcode: 8, payload: 'x' }), 1002],
  ['a close reason that is not UTF-8', closeFrame(1000, Uint8Array.of(0xc3, 0x28)), 1007],
  ['text that is not UTF-8', frame({ payload: Uint8Array.of(0x22, 0xff, 0x22) }), 1007],
  ['text that ends within a character', frame({ payload: Uint8Array.of(0x22, 0xf0, 0x9f) }), 1007],
  ['half a surrogate pair', frame({ payload: Uint8Array.of(0xed, 0xa0, 0x80) }), 1007],
  ['a header that claims 65,537 bytes', frame({ claims: 65_537 }), 1009],
  ['a header that claims 1 GiB', frame({ claims: 2 ** 30 }), 1009],
  ['a header that claims 2^63 bytes', frame({ claims: 2n ** 63n }), 1009],
  ['a header that claims more than any integer', frame({ claims: 2n ** 64n - 1n }), 1009],
  [
    '300 fragments',
    Buffer.concat([
      frame({ payload: '"', fin: false }),
      ...Array(300).fill(frame({ opcode: 0, payload: 'x', fin: false })),
    ]),
    1008,
  ],
  [
    '300 empty fragments',
    Buffer.concat([frame({ fin: false }), ...Array(300).fill(frame({ opcode: 0, fin: false }))]),
    1008,
  ],
]

export function sendIllegal(bytes: Uint8Array, code: number): Attack {
  return async (port) => {
    const attacker = await listener(port)
    // It stays, as somebody does who ignores the rules: the test sees whether it is still a member.
    attacker.socket.allowHalfOpen = true
    onTestFinished(() => void attacker.socket.destroy())
    attacker.write(bytes)
    await attacker.until(() => attacker.closeCode !== undefined)
    expect(attacker.closeCode).toBe(code)
  }
}

/** Fragments without end: the connection must be given up, whatever the sender does. */
export const endlessFragments: Attack = async (port) => {
  const attacker = await listener(port)
  attacker.write(frame({ payload: '"', fin: false }))
  const all = Buffer.concat(Array(64).fill(frame({ opcode: 0, payload: 'x'.repeat(10), fin: false })))
  const over = attacker.pour(all)
  await attacker.until(() => attacker.closeCode !== undefined)
  expect(attacker.closeCode).toBe(1008)
  attacker.reset()
  await over
}

export const resetInTheMiddleOfAFrame: Attack = async (port) => {
  for (let n = 0; n < 20; n++) {
    const attacker = await listener(port)
    attacker.write(frame({ payload: `{"type":"EMIT","payload":"${'x'.repeat(1_000)}"}` }).subarray(0, 500 + n))
    attacker.reset()
    await attacker.ended
  }
}

export const resetInTheMiddleOfTheHandshake: Attack = async (port) => {
  const request = upgradeRequest(LISTEN)
  for (let length = 1; length <= request.length; length += 6) {
    const attacker = (await RawSocket.open(port)).write(request.slice(0, length))
    attacker.reset()
    await attacker.ended
  }
  for (let n = 0; n < 20; n++) {
    const attacker = (await RawSocket.open(port)).write(request)
    attacker.reset()
    await attacker.ended
  }
}

export const halfHandshakes: Attack = async (port) => {
  const request = upgradeRequest(LISTEN)
  for (const length of [1, 20, request.length - 2]) {
    const attacker = (await RawSocket.open(port)).write(request.slice(0, length))
    attacker.socket.end()
    expect(await attacker.ended).not.toContain(' 101 ')
  }
}

/** Handshake and first frames in one packet, the answer to neither awaited. */
export const everythingAtOnce: Attack = async (port) => {
  const attacker = await RawSocket.open(port)
  const frames = Buffer.concat([
    frame({ payload: '{"type":"PING"}' }),
    frame({ opcode: 9, payload: 'x' }),
    closeFrame(1000),
  ])
  attacker.write(Buffer.concat([Buffer.from(upgradeRequest(LISTEN)), frames]))
  await attacker.ended
  expect(attacker.frames.map(({ payload }) => payload.toString())).toContain('{"type":"PONG"}')
  expect(attacker.frames.filter(({ opcode }) => opcode === 10).map(({ payload }) => payload.toString())).toEqual(['x'])
  expect(attacker.closeCode).toBe(1000)
}

/** Needs a short `handshakeTimeoutMs`. */
export const slowHeaders: Attack = async (port) => {
  const beginnings = ['', 'GET', `GET ${LISTEN} HTTP/1.1\r\nHost: localhost\r\nX-Slow: `]
  const attackers = await Promise.all(beginnings.map(async (text) => (await RawSocket.open(port)).write(text)))
  for (const attacker of attackers) expect(await attacker.ended).toMatch(/^HTTP\/1\.1 408 /)
}

/** Needs a short `bodyTimeoutMs`. */
export const slowBody: Attack = async (port) => {
  for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const attacker = await RawSocket.open(port)
    attacker.write(
      httpRequest('POST /room/emit', ['Host: localhost', framing]) + (framing.includes('chunked') ? '1\r\n{\r\n' : '{'),
    )
    expect(await attacker.ended).toMatch(/^HTTP\/1\.1 400 [^]*"BAD_PAYLOAD"/)
  }
}

export const endlessBody: Attack = async (port) => {
  const attacker = await RawSocket.open(port)
  attacker.write(httpRequest('POST /room/emit', ['Host: localhost', 'Transfer-Encoding: chunked']))
  const over = attacker.pour(`4000\r\n${'1'.repeat(0x4000)}\r\n`)
  expect(await attacker.until((text) => text.includes('PAYLOAD_TOO_LARGE'))).toMatch(/^HTTP\/1\.1 413 /)
  await over
}

export const claimsTooMuchBody: Attack = async (port) => {
  for (const length of ['65537', '99999999999999']) {
    const attacker = await RawSocket.open(port)
    attacker.write(httpRequest('POST /room/emit', ['Host: localhost', `Content-Length: ${length}`]))
    expect(await attacker.ended).toMatch(/^HTTP\/1\.1 413 [^]*"PAYLOAD_TOO_LARGE"/)
  }
}

export const bodiesThatBreakOff: Attack = async (port) => {
  for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    for (const how of ['end', 'reset']) {
      const attacker = await RawSocket.open(port)
      attacker.write(httpRequest('POST /room/emit', ['Host: localhost', framing]) + '1\r\n{\r\n')
      if (how === 'end') attacker.socket.end()
      else attacker.reset()
      expect(await attacker.ended).not.toContain(' 200 ')
    }
  }
}

export const smuggledBodies: Attack = async (port) => {
  const smuggled = httpRequest('GET /room/emit?smuggled=1', ['Host: localhost'])
  for (const headers of [
    ['Content-Length: 2', 'Transfer-Encoding: chunked'],
    ['Content-Length: 2', 'Content-Length: 3'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: xchunked'],
    ['Content-Length: -1'],
  ]) {
    const { status } = await ask(
      port,
      httpRequest('POST /room/emit', ['Host: localhost', ...headers]) + `0\r\n\r\n${smuggled}`,
    )
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  }
}

/** Needs a small `maxBufferedBytes`: pongs are not queued without end. */
export const pingsWithoutReading: Attack = async (port) => {
  const attacker = await listener(port)
  attacker.socket.pause()
  await attacker.pour(Buffer.concat(Array(200).fill(frame({ opcode: 9, payload: 'x'.repeat(125) }))))
}

export const requestsWithoutReading: Attack = async (port) => {
  const attacker = await RawSocket.open(port)
  attacker.socket.pause()
  const request = httpRequest('GET /room/members', ['Host: localhost'])
  for (let n = 0; n < 30; n++) attacker.write(request.repeat(50))
  await ask(port, httpRequest('GET /_/health', ['Host: localhost']))
  attacker.reset()
  await attacker.ended
}

export const hostileHandshakeHeaders: Attack = async (port) => {
  const headers = [
    'Sec-WebSocket-Extensions: permessage-deflate',
    'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99999999999',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=0; server_no_context_takeover=7',
    `Sec-WebSocket-Extensions: ${'permessage-deflate; a, '.repeat(500)}`,
    'Sec-WebSocket-Extensions: __proto__; constructor; a="',
    `Sec-WebSocket-Extensions: a${' '.repeat(10_000)}b`,
    'Sec-WebSocket-Protocol: a, a',
    'Sec-WebSocket-Protocol: ,,,',
    'Sec-WebSocket-Protocol: "',
    `Sec-WebSocket-Protocol: a${' '.repeat(10_000)}b`,
    `Sec-WebSocket-Protocol: ${'x, '.repeat(3_000)}`,
    'Sec-WebSocket-Key: x',
  ]
  for (const header of headers) {
    const { status, head } = await ask(port, upgradeRequest(LISTEN, [header]))
    expect([101, 400]).toContain(status)
    expect(head).not.toMatch(/^sec-websocket-extensions/im)
  }
}

export const manyHeaders: Attack = async (port) => {
  for (const count of [1_000, 2_500, 20_000]) {
    const { status } = await ask(
      port,
      upgradeRequest(
        LISTEN,
        Array.from({ length: count }, () => 'a:b'),
      ),
    )
    expect([101, 400, 431]).toContain(status)
  }
  const { status } = await ask(
    port,
    httpRequest(`GET ${LISTEN}`, ['Host: localhost', ...UPGRADE, `X-Large: ${'x'.repeat(20_000)}`]),
  )
  expect(status).toBe(431)
}

export const notHttpAtAll: Attack = async (port) => {
  for (const bytes of [
    '\0'.repeat(100),
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\r\n\r\n\r\n{}',
  ]) {
    const attacker = (await RawSocket.open(port)).write(Buffer.from(bytes, 'latin1'))
    attacker.socket.end()
    expect(await attacker.ended).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
  }
}

async function listener(port: number): Promise<RawSocket> {
  const attacker = await RawSocket.open(port)
  await attacker.upgrade(LISTEN)
  return attacker
}
