// onError: told of every fault of the program's, and the console where there is none or it fails itself.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { describe, expect, it, vi } from 'vitest'
import { RawMember } from '@websockets.do/server-core/mock'

function throwing(): never {
  throw new Error('the hook is broken')
}

describe('onError', () => {
  // This server runs on the machine's own clock; nothing in it waits for time to pass.
  async function turnsOfTheEventLoop() {
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  async function withFault(onError: ServerOptions['onError']) {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = createServer({ onJoin: throwing, ...(onError && { onError }) })
    const { url, WebSocket } = memory(server)
    const member = new RawMember(new WebSocket(`${url.replace('http', 'ws')}/room/listen`))
    await turnsOfTheEventLoop()
    await server.channel('room').emit('still here')
    await turnsOfTheEventLoop()
    expect(member.types()).toEqual(['CONNECTED', 'DATA'])
    await server.close({ drainMs: 0 })
    const lines = logged.mock.calls.map((line) => line.map(String).join(' '))
    logged.mockRestore()
    return lines
  }

  it('is told of the fault and where it happened; the console is not [ER-1]', async () => {
    const told: unknown[][] = []
    const lines = await withFault((...fault) => void told.push(fault))
    expect(told).toEqual([[new Error('the hook is broken'), 'onJoin']])
    expect(lines).toEqual([])
  })

  it('is the console by default [ER-1]', async () => {
    const lines = await withFault(undefined)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('the hook is broken')
  })

  it('that throws itself stops nothing, and both faults reach the console [ER-1, I15]', async () => {
    const lines = await withFault(() => {
      throw new Error('and onError too')
    })
    expect(lines.join('\n')).toContain('the hook is broken')
    expect(lines.join('\n')).toContain('and onError too')
  })

  it('that rejects stops nothing either [ER-1, I15]', async () => {
    const lines = await withFault((() => Promise.reject(new Error('and onError too'))) as never)
    expect(lines.join('\n')).toContain('and onError too')
  })
})
