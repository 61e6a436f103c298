import type { WebSocketEvent } from '@websockets.do/client'
import { describe, expect, it, vi } from 'vitest'
import { outcome, scripted } from './support/scripted-server'

async function listening() {
  const script = scripted()
  const channel = script.client.channel('room')
  const told = vi.fn()
  channel.on('error', told)
  const socket = await script.dialled()
  return { ...script, channel, socket, told }
}

describe('a server that sends what is no message', () => {
  it.each([
    'garbage',
    '',
    'null',
    '[]',
    '{}',
    '{"type":7}',
    '{"type":"CONNECTED"}',
    '{"type":"CONNECTED","clientID":"a","payload":null}',
    '{"type":"CONNECTED","clientID":"a","payload":{"members":"many"}}',
    '{"type":"CONNECTED","payload":{"members":[]}}',
    '{"type":"PRESENCE:JOINED","payload":null}',
    '{"type":"PRESENCE:UPDATED","payload":{"clientID":7}}',
    '{"type":"PRESENCE:LEFT"}',
    '{"type":"ERROR"}',
    '{"type":"EMITTED"}',
    '{"type":"ACKED","payload":7}',
  ])('is reported, never thrown, and nothing else changes: %s [CL-7]', async (text) => {
    const { channel, socket, told, errors } = await listening()
    const before = channel.snapshot()
    socket.deliver(text)
    expect(told.mock.calls.length).toBeLessThanOrEqual(1)
    expect(channel.snapshot()).toBe(before)
    expect(errors).toEqual([])
    socket.connected({}, 'client_a')
    expect(channel.status.state).toBe('open')
  })

  it('gets its binary frames and its endless ones reported, unread', async () => {
    const { socket, told } = await listening()
    socket.dispatch({ type: 'message', data: new ArrayBuffer(8) })
    socket.deliver(`"${'x'.repeat(2 ** 24)}"`)
    expect(told.mock.calls).toMatchObject([[{ code: 'BAD_MESSAGE' }], [{ code: 'BAD_MESSAGE' }]])
  })

  it('shows nobody who is no member [I8]', async () => {
    const { channel, socket } = await listening()
    const ann = { clientID: 'client_ann', presence: {} }
    socket.connected({ members: [null, 7, ann, { clientID: 'x' }, { presence: {} }, 'client_bob'] })
    expect(channel.others).toEqual([ann])
  })

  it.each([5, 'evt_x', null, {}, [7, null]])(
    'does not leave it half open by an odd list of what it waits for: %j [I13]',
    async (awaiting) => {
      const { channel, socket } = await listening()
      socket.connected({ awaiting })
      expect(channel.status.state).toBe('open')
    },
  )

  it('may use types that are not known yet [MS-8]', async () => {
    const { channel, socket, told } = await listening()
    socket.connected({})
    socket.deliver('{"type":"SOMETHING_NEW","payload":{}}')
    expect([channel.status.state, told.mock.calls.length]).toEqual(['open', 0])
  })
})

describe('a server that is no help', () => {
  it('is not asked oftener than the backoff allows when it closes at once, again and again [I13]', async () => {
    const { client, dialled, sockets, advance } = scripted()
    client.channel('room')
    for (let second = 0; second < 600; second++) {
      const socket = await dialled()
      if (socket.of('PONG').length === 0) {
        socket.connected({})
        socket.end(1000)
      }
      await advance(1_000)
    }
    expect(sockets.length).toBeLessThan(60)
  })

  it('is not asked oftener when it says nothing at all [I13]', async () => {
    const { client, sockets, advance } = scripted()
    const channel = client.channel('room')
    const emission = outcome(channel.emit({ n: 1 }, { timeoutMs: 60_000 }))
    for (let second = 0; second < 600; second++) await advance(1_000)
    expect(sockets.length).toBeLessThan(40)
    expect(emission.error).toMatchObject({ code: 'TIMEOUT' })
    expect(sockets.filter(({ closed }) => !closed).length).toBeLessThanOrEqual(1)
  })

  it('does not get the program’s process with a socket that throws in every method [I15]', async () => {
    class Throwing {
      addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
        if (type === 'message')
          queueMicrotask(() => listener({ type, data: '{"type":"CONNECTED","clientID":"a","payload":{"members":[]}}' }))
      }
      send(): void {
        throw new Error('send')
      }
      close(): void {
        throw new Error('close')
      }
    }
    const { client, errors, settled } = scripted({ WebSocket: Throwing })
    const channel = client.channel('room')
    await settled()
    void channel.emit({ n: 1 })
    channel.close()
    expect(channel.status.state).toBe('closed')
    expect(errors.map(({ error }) => String(error))).toEqual(['Error: send', 'Error: close'])
  })
})

describe('a program that is no help either', () => {
  it('may throw and reject in its own onError: the console has it then [I15]', async () => {
    const console = vi.spyOn(globalThis.console, 'error').mockImplementation(() => {})
    const failures = [
      () => {
        throw new Error('thrown')
      },
      async () => {
        throw new Error('rejected')
      },
    ]
    for (const onError of failures) {
      const { client, dialled, settled } = scripted({ onError })
      const channel = client.channel('room')
      channel.on('data', () => {
        throw new Error('handler')
      })
      const socket = await dialled()
      socket.connected({})
      socket.data('x')
      await settled()
    }
    expect(console.mock.calls.map(([error]) => String(error))).toEqual(['Error: thrown', 'Error: rejected'])
    console.mockRestore()
  })
})
