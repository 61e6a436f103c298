// The server of the example `react-room`, as somebody starts it: what it says, what it refuses, how it ends; and the app from its sources.
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { addressOf, launchRoom, newRoom, useRoomServer, visit } from './support/room'

function start(args: readonly string[] = ['--port', '0']) {
  const run = launchRoom(args)
  onTestFinished(() => void run.child.kill('SIGKILL'))
  return run
}

describe('the server of the room', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says where it is, and ends with 0 on %s', async (signal) => {
    const run = start()
    const { url } = await addressOf(run)
    await run.says(/Ctrl-C/)
    const page = await fetch(url)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    run.child.kill(signal)
    expect(await run.ended).toBe(0)
  })

  it('says in words why it can’t start', async () => {
    const { port } = await addressOf(start())
    const taken = start(['--port', String(port)])
    expect(await taken.ended).toBe(1)
    expect(taken.output()).toContain(`port ${port} is taken`)
    const wrong = start(['--port', 'eighty'])
    expect(await wrong.ended).toBe(1)
    expect(wrong.output()).toContain('expected a port from 0 to 65535, got "eighty"')
  })

  it('serves the app’s files and nothing else', async () => {
    const { url } = await addressOf(start())
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await fetch(url)).text()) ?? []
    expect((await fetch(url + script)).headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${url}/assets/..%2f..%2fpackage.json`)).status).toBe(404)
    expect((await fetch(`${url}//`)).status).toBe(404)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
  })

  it('holds everybody to the contract, whatever client they have', async () => {
    const { url } = await addressOf(start())
    const emit = async (payload: unknown) => {
      const init = { method: 'POST', body: JSON.stringify(payload) }
      return (await fetch(`${url}/realtime/room:garden/emit`, init)).json()
    }
    const message = { person: '0'.repeat(32), name: 'Ann', colour: 'teal', text: 'Hello!', at: 0 }
    expect(await emit({ event: 'message', data: message })).toMatchObject({ success: true })
    expect(await emit({ event: 'message', data: { ...message, text: 'x'.repeat(1_001) } })).toMatchObject({
      success: false,
      error: { code: 'BAD_PAYLOAD', message: 'data.text: A message has at most 1,000 characters.' },
    })
    expect(await emit({ event: 'message', data: { ...message, at: 8.64e15 + 2 } })).toMatchObject({ success: false })
    expect(await emit({ event: 'reaction', data: { emoji: '<b>' } })).toMatchObject({ success: false })
  })
})

describeInChromium('the room in development', () => {
  const newContext = useChromium()
  const server = useRoomServer(['--dev'])

  it('is served from its sources, on the same port', async () => {
    const room = newRoom(server())
    const ann = await visit(await newContext(), room, 'Ann')
    const bob = await visit(await newContext(), room, 'Bob')
    await ann.say('Hello!')
    await bob.reads(['Hello!'])
    expect(await ann.page.locator('script[src="/@vite/client"]').count()).toBe(1)
    expect([...ann.faults, ...bob.faults]).toEqual([])
  })
})
