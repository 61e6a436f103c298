import { VirtualClock } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { opened, outcome, scripted } from './support/scripted-server'

const limits = { maxMessageBytes: 65_536, maxPresenceBytes: 8_192, messagesPerSecond: 50, messageBurst: 200 }

describe('an emit with a time limit', () => {
  it('never goes out after it, and says so', async () => {
    const { client, dialled, advance } = scripted({ connectTimeoutMs: 60_000 })
    const channel = client.channel('room')
    const late = outcome(channel.emit({ n: 1 }, { timeoutMs: 3_000 }))
    const patient = outcome(channel.emit({ n: 2 }))
    await advance(2_999)
    expect(late.error).toBeUndefined()
    await advance(1)
    expect(late.error).toMatchObject({ code: 'TIMEOUT' })
    const socket = await dialled()
    socket.connected({ limits })
    expect(socket.of('EMIT').map(({ payload }) => payload.n)).toEqual([2])
    expect(patient.error).toBeUndefined()
  })

  it('gives the recipients what is left of it [ACK-3]', async () => {
    const { client, dialled, advance } = scripted({ connectTimeoutMs: 60_000 })
    const channel = client.channel('room')
    void channel.emit({ n: 1 }, { timeoutMs: 8_000, requireAck: true })
    void channel.emit({ n: 2 }, { timeoutMs: 600_000, requireAck: true })
    void channel.emit({ n: 3 }, { requireAck: true })
    await advance(3_000)
    const socket = await dialled()
    socket.connected({ limits })
    expect(socket.of('EMIT').map(({ timeout }) => timeout)).toEqual([5_000, 60_000, undefined])
  })

  it('waits a little longer than that for the answer, and no longer [I13]', async () => {
    const { channel, advance } = await opened({ limits })
    const emission = outcome(channel.emit({ n: 1 }, { timeoutMs: 2_000, requireAck: true }))
    await advance(11_999)
    expect(emission.error).toBeUndefined()
    await advance(1)
    expect(emission.error).toMatchObject({ code: 'TIMEOUT' })
  })

  it('settles even where a server never answers and no limit was given [I13]', async () => {
    const { channel, advance } = await opened({ limits })
    const emission = outcome(channel.emit({ n: 1 }))
    await advance(70_000)
    expect(emission.error).toMatchObject({ code: 'TIMEOUT' })
  })

  it.each([0, -1, Number.NaN])('is refused where its limit is %s', async (timeoutMs) => {
    const { channel, socket } = await opened({ limits })
    await expect(channel.emit({ n: 1 }, { timeoutMs })).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    expect(socket.received).toEqual([])
  })
})

describe('an emit with a signal', () => {
  it('that is aborted while it waits never goes out', async () => {
    const { client, dialled, settled } = scripted()
    const channel = client.channel('room')
    const controller = new AbortController()
    const aborted = outcome(channel.emit({ n: 1 }, { signal: controller.signal }))
    void channel.emit({ n: 2 })
    controller.abort(new Error('changed my mind'))
    await settled()
    expect(String(aborted.error)).toBe('Error: changed my mind')
    const socket = await dialled()
    socket.connected({ limits })
    expect(socket.of('EMIT').map(({ payload }) => payload.n)).toEqual([2])
  })

  it('that is aborted under way is not sent again by the next connection', async () => {
    const { channel, socket, dialled, advance } = await opened({ limits })
    const controller = new AbortController()
    const emission = outcome(channel.emit({ n: 1 }, { signal: controller.signal }))
    controller.abort()
    socket.end()
    await advance(250)
    const next = await dialled()
    next.connected({ limits })
    expect([emission.error.name, next.of('EMIT')]).toEqual(['AbortError', []])
  })

  it('that is aborted already is not even encoded', async () => {
    const { channel, socket, settled } = await opened({ limits })
    const emission = outcome(channel.emit({ n: 1 }, { signal: AbortSignal.abort() }))
    await settled()
    expect([emission.error.name, socket.received]).toEqual(['AbortError', []])
  })

  it('that tells no reason, as in React Native, is rejected with an AbortError', async () => {
    const { channel, settled } = await opened({ limits })
    const signal = Object.assign(new EventTarget(), { aborted: false }) as AbortSignal
    const emission = outcome(channel.emit({ n: 1 }, { signal }))
    signal.dispatchEvent(new Event('abort'))
    await settled()
    expect(emission.error?.name).toBe('AbortError')
  })

  it('leaves no listener behind at a signal that lives on [I10]', async () => {
    const { channel, socket, settled } = await opened({ limits })
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++
      Reflect.apply(addEventListener, signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--
      Reflect.apply(removeEventListener, signal, args)
    }
    void channel.emit({ n: 1 }, { signal })
    expect(listeners).toBe(1)
    socket.emitted({ success: true })
    await settled()
    expect(listeners).toBe(0)
  })
})

describe('what may wait', () => {
  it('is bounded in number: the oldest is refused first, and says why', async () => {
    const { client, settled } = scripted()
    const channel = client.channel('room')
    const seen = Array.from({ length: 1_002 }, (_, n) => outcome(channel.emit({ n })))
    await settled()
    expect(seen.flatMap(({ error }, n) => (error ? [[n, error.code]] : []))).toEqual([
      [0, 'OUTBOX_FULL'],
      [1, 'OUTBOX_FULL'],
    ])
    expect(seen[0]?.error.message).toContain('the oldest was given up')
  })

  it('is what the program says', async () => {
    const { client, settled } = scripted({ outbox: { maxMessages: 2 } })
    const channel = client.channel('room')
    const seen = Array.from({ length: 3 }, (_, n) => outcome(channel.emit({ n })))
    await settled()
    expect(seen.map(({ error }) => error?.code)).toEqual(['OUTBOX_FULL', undefined, undefined])
  })

  it('has room again once it was sent, and none for what comes back unanswered beyond it', async () => {
    const { client, dialled, advance, settled } = scripted({ outbox: { maxMessages: 2 } })
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected({ limits })
    const seen = Array.from({ length: 5 }, (_, n) => outcome(channel.emit({ n })))
    await settled()
    expect(seen.every(({ error }) => error === undefined)).toBe(true)
    socket.end()
    await settled()
    expect(seen.map(({ error }) => error?.code)).toEqual([
      'OUTBOX_FULL',
      'OUTBOX_FULL',
      'OUTBOX_FULL',
      undefined,
      undefined,
    ])
    await advance(250)
    const next = await dialled()
    next.connected({ limits })
    expect(next.of('EMIT').map(({ payload }) => payload.n)).toEqual([3, 4])
  })

  it.each([undefined, 60_000])(
    'is never more than the server takes, whatever is added to it (timeoutMs %s) [LM-1]',
    async (timeoutMs) => {
      const { channel, socket, settled } = await opened({ limits: { ...limits, maxMessageBytes: 500 } })
      const seen = Array.from({ length: 90 }, (_, n) =>
        outcome(channel.emit({ text: 'x'.repeat(350 + n) }, { timeoutMs })),
      )
      await settled()
      const sizes = socket.of('EMIT').map((frame) => JSON.stringify(frame).length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
      expect(Math.max(...sizes)).toBeGreaterThan(480)
      expect(seen.filter(({ error }) => error?.code === 'PAYLOAD_TOO_LARGE').length).toBe(90 - sizes.length)
    },
  )

  it('is refused by the limit that the server turns out to have, which the error names', async () => {
    const { client, dialled, settled } = scripted()
    const channel = client.channel('room')
    const large = outcome(channel.emit({ text: 'x'.repeat(1_000) }))
    const small = outcome(channel.emit({ n: 1 }))
    const socket = await dialled()
    socket.connected({ limits: { ...limits, maxMessageBytes: 500 } })
    await settled()
    expect(large.error).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringMatching(/^expected at most 500 bytes, got 1\d\d\d$/),
    })
    expect(small.error).toBeUndefined()
    expect(socket.of('EMIT')).toHaveLength(1)
  })
})

describe('an emit whose time ran out while the machine slept', () => {
  it('does not go out, though no timer has said so yet [I17]', async () => {
    const base = new VirtualClock()
    let sleptMs = 0
    const clock = { now: () => base.now() + sleptMs, after: base.after.bind(base) }
    const { client, dialled } = scripted({ clock })
    const late = outcome(client.channel('room').emit({ n: 1 }, { timeoutMs: 3_000 }))
    const socket = await dialled()
    sleptMs = 600_000
    socket.connected({ limits })
    await base.advance(3_000, async () => {})
    expect([socket.of('EMIT'), late.error?.code]).toEqual([[], 'TIMEOUT'])
  })
})

describe('an option that is given as undefined', () => {
  it('is as one that is not given: an emit has an id by which a repeat is known [EM-8]', async () => {
    const { channel, socket } = await opened({ limits })
    void channel.emit({ n: 1 }, { eventID: undefined })
    expect(socket.of('EMIT')).toMatchObject([{ eventID: expect.stringMatching(/^evt_/) }])
  })

  it('leaves the outbox its bounds and the backoff its times [I13]', async () => {
    const { client, dialled, settled, advance, sockets } = scripted({
      // As plain JS does, and TypeScript without exactOptionalPropertyTypes.
      outbox: JSON.parse('{}', () => ({ maxMessages: undefined, maxBytes: undefined })),
      backoff: JSON.parse('{}', () => ({ minMs: undefined, maxMs: undefined })),
    })
    const emission = outcome(client.channel('room').emit({ n: 1 }))
    ;(await dialled()).end()
    await advance(250)
    await settled()
    expect([emission.error, sockets.length]).toEqual([undefined, 2])
  })
})
