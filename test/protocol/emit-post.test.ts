// POST /:channel/emit: what its body may be, and what the answer says.
import { describe, expect, it } from 'vitest'
import { ask, post } from '../support/requests'
import { createWorld } from '../support/world'

const PAYLOADS = [
  'null',
  '{}',
  '[]',
  '0',
  '-1.5',
  '""',
  'false',
  '"text"',
  '{"hello":"world"}',
  '[1,[2,{"three":null}]]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}},"toString":1}',
  '"\\ud800 alone, \\u0000, \\u2028, \\"quoted\\" and \\\\"',
  '{"":"empty key"}',
  '"日本語 🎉 é"',
]

describe('POST /:channel/emit', () => {
  it.each(PAYLOADS)('delivers %s as it is [EM-1]', async (text) => {
    const world = createWorld()
    const member = await world.connect('room')
    const { status, body } = await world.request('/room/emit', { method: 'POST', body: text })
    await world.settled()
    expect({ status, success: body.success, recipients: body.recipients }).toEqual({
      status: 200,
      success: true,
      recipients: 1,
    })
    expect(JSON.stringify(member.last('DATA')!.payload)).toBe(JSON.stringify(JSON.parse(text)))
    expect(member.last('DATA')!['eventID']).toBe(body.eventID)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('delivers it compact, whatever its white space [EM-1, MS-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request('/room/emit', { method: 'POST', body: '\n{ "a" :\t[ 1, 2 ] }\r\n' })
    await world.settled()
    expect(member.texts.at(-1)).toContain('"payload":{"a":[1,2]}')
    for (const text of member.texts) expect(text).toBe(JSON.stringify(JSON.parse(text)))
  })

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'nonsense'])(
    'does not look at the Content-Type: %s [EM-1]',
    async (type) => {
      const world = createWorld()
      const member = await world.connect('room')
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      const { status } = await world.request('/room/emit', { method: 'POST', body: '{"a":1}', headers })
      await world.settled()
      expect(status).toBe(200)
      expect(member.data).toEqual([{ a: 1 }])
    },
  )

  it.each(['', ' ', '{', '{"a":}', 'hello', "{'a':1}", '1 2', 'undefined', 'NaN', '[1,]', '{"a":1}garbage', '\u0000'])(
    'answers 400 BAD_PAYLOAD to the body %j and delivers nothing [EM-1]',
    async (body) => {
      const world = createWorld()
      const member = await world.connect('room')
      const answer = await world.request('/room/emit', { method: 'POST', body })
      await world.settled()
      expect(answer).toMatchObject({ status: 400, body: { success: false, error: { code: 'BAD_PAYLOAD' } } })
      expect(member.data).toEqual([])
    },
  )

  it('answers 400 BAD_PAYLOAD without a body [EM-1]', async () => {
    const world = createWorld()
    expect(await world.request('/room/emit', { method: 'POST' })).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PAYLOAD' } },
    })
  })

  it('does not take query parameters as the payload of a POST [EM-1, EM-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    expect((await world.request('/room/emit?x=1', { method: 'POST' })).status).toBe(400)
    expect((await world.request('/room/emit?x=1', post('body'))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual(['body'])
  })

  it('answers 400 BAD_PAYLOAD to bytes that are not UTF-8 [EM-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const body = new Uint8Array([0x22, 0xff, 0xfe, 0x22])
    expect(await world.request('/room/emit', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PAYLOAD' } },
    })
    await world.settled()
    expect(member.data).toEqual([])
  })

  it.each([
    ['1e999', '{"n":1e999}'],
    ['-1E+400', '[[-1E+400]]'],
    ['400 digits', '9'.repeat(400)],
    ['250 digits and e99', `{"n":1${'0'.repeat(250)}e99}`],
    ['an exponent with zeros before it', '1e000400'],
  ])(
    'answers 400 BAD_PAYLOAD to a number that it cannot hold, rather than deliver another value: %s [EM-1]',
    async (_, text) => {
      const world = createWorld()
      const member = await world.connect('room')
      const { status, body } = await world.request('/room/emit', { method: 'POST', body: text })
      await world.settled()
      expect(member.data).toEqual([])
      expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 'BAD_PAYLOAD' })
    },
  )

  it('is read as fast when it is full of digits: nobody holds up the others by them [ER-1, EM-1]', async () => {
    const world = createWorld({ limits: { maxMessageBytes: 20_000_000 } })
    const body = JSON.stringify(`${'9'.repeat(208)}x`.repeat(60_000))
    const before = performance.now()
    expect((await world.request('/room/emit', { method: 'POST', body })).status).toBe(200)
    // It took 3 seconds to look for a number from each digit on.
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  it.each(['1e308', '"1e999"', '{"e9999":1}', `"${'9'.repeat(400)}"`, '1e-999', '5e-324', '0e999'])(
    'delivers what only looks like such a number: %s [EM-1]',
    async (text) => {
      const world = createWorld()
      const member = await world.connect('room')
      expect((await world.request('/room/emit', { method: 'POST', body: text })).status).toBe(200)
      await world.settled()
      expect(member.data).toEqual([JSON.parse(text)])
    },
  )

  it('says what became of it, in the JSON of every success [EM-7]', async () => {
    const world = createWorld()
    await world.connect('room')
    await world.connect('room')
    const { status, headers, body } = await world.request('/room/emit', post(1))
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, eventID: body.eventID, recipients: 2 })
    expect(body.eventID).toMatch(/^evt_[\w-]{16,}$/)
    expect(headers.get('content-type')).toContain('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('reaches every member at the moment of the emit, and none that joins later [EM-6]', async () => {
    const world = createWorld()
    const [first, second] = [await world.connect('room'), await world.connect('room')]
    const { body } = await world.request('/room/emit', post('now'))
    const late = await world.connect('room')
    await world.settled()
    expect(body.recipients).toBe(2)
    expect([first.data, second.data, late.data]).toEqual([['now'], ['now'], []])
  })

  it('succeeds when nobody listens [EM-6, EM-7]', async () => {
    const world = createWorld()
    expect(await world.request('/room/emit', post(1))).toMatchObject({
      status: 200,
      body: { success: true, recipients: 0 },
    })
  })

  it('stays within its channel [EM-6]', async () => {
    const world = createWorld()
    const other = await world.connect('another')
    await world.request('/room/emit', post(1))
    await world.settled()
    expect(other.data).toEqual([])
  })
})

describe('a body', () => {
  it.each([
    ['65,536 bytes', 65_536, 200],
    ['65,537 bytes', 65_537, 413],
  ])('of %s is %i long and answered %i [LM-1]', async (_, bytes, expected) => {
    const world = createWorld()
    const member = await world.connect('room')
    const answer = await world.request('/room/emit', post('x'.repeat(bytes - 2)))
    await world.settled()
    expect(answer.status).toBe(expected)
    expect(member.data).toHaveLength(expected === 200 ? 1 : 0)
    if (expected === 413) expect(answer.body.error.code).toBe('PAYLOAD_TOO_LARGE')
  })

  it('is measured in bytes, not in characters [LM-1]', async () => {
    const world = createWorld()
    expect((await world.request('/room/emit', post('é'.repeat(32_767)))).status).toBe(200)
    expect((await world.request('/room/emit', post(`${'é'.repeat(32_767)}x`))).status).toBe(413)
    expect((await world.request('/room/emit', post('🎉'.repeat(16_384)))).status).toBe(413)
  })

  it('that streams without a length is cut at the limit, unread [LM-1]', async () => {
    const world = createWorld()
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
    })
    const { status, body } = await world.request('/room/emit', {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect({ status, code: body.error.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
    expect(pulled).toBeLessThan(10)
  })

  it.each([
    [64, 200],
    [65, 400],
  ])('nested %i deep is answered %i, and a joiner still joins [LM-1]', async (depth, expected) => {
    const world = createWorld()
    await world.connect('room')
    const { status } = await world.request('/room/emit', {
      method: 'POST',
      body: '['.repeat(depth) + ']'.repeat(depth),
    })
    const joiner = await world.connect('room')
    expect(status).toBe(expected)
    expect(joiner.types()).toEqual(['CONNECTED'])
  })

  it('nested 30,000 deep is refused like any other [LM-1]', async () => {
    const world = createWorld()
    const body = '['.repeat(30_000) + ']'.repeat(30_000)
    expect(await world.request('/room/emit', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PAYLOAD' } },
    })
  })

  it('does not count brackets inside of strings as depth [LM-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const payload = { text: `"${'[{'.repeat(100)}\\` }
    expect((await world.request('/room/emit', post(payload))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([payload])
  })

  it('that has not arrived after 15 seconds is given up, and not a moment before [LM-1]', async () => {
    const world = createWorld()
    const stuck = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array([0x5b])) })
    const pending = world.pending('/room/emit', { method: 'POST', body: stuck, duplex: 'half' } as RequestInit)
    await world.advance(14_999)
    expect(pending.answer).toBeUndefined()
    await world.advance(1)
    expect(pending.answer).toMatchObject({ body: { success: false } })
    expect(pending.answer!.status).toBeGreaterThanOrEqual(400)
    expect(pending.answer!.status).toBeLessThan(500)
    expect(world.clock.pending).toBe(0)
  })

  it('that breaks off is no payload [EM-1, ER-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array([0x31]))
        controller.error(new Error('the peer went away'))
      },
    })
    const answer = await world.request('/room/emit', { method: 'POST', body: broken, duplex: 'half' } as RequestInit)
    await world.settled()
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_PAYLOAD' } } })
    expect(member.data).toEqual([])
    expect(world.errors).toEqual([])
  })

  it('is refused by its declared length before a byte is read [LM-1]', async () => {
    const world = createWorld()
    const { status } = await ask(world, '/room/emit', {
      method: 'POST',
      body: '1',
      headers: { 'content-length': '70000' },
    })
    expect(status).toBe(413)
  })
})
