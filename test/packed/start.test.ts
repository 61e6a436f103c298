// `npm start` as somebody runs it: what it prints, what it serves, and how it ends.
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port'
import { launch, type Run } from '../support/launch'

const running: Run[] = []

function start(args: string[] = [], env: Record<string, string> = {}): Run {
  return watched(process.execPath, ['scripts/start.mjs', ...args], env)
}

function watched(command: string, args: string[], env: Record<string, string> = {}): Run {
  const run = launch(command, args, env)
  running.push(run)
  return run
}

async function listening(args: string[] = ['--port', '0']): Promise<{ run: Run; url: string }> {
  const run = start(args)
  const [, url = ''] = await run.says(/listening at (http:\S+)/)
  return { run, url }
}

async function accepting(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    )
    socket.destroy()
    if (isOpen) return
  }
}

afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
})

describe('npm start', () => {
  it('prints its address, a curl line that works when pasted, and how to stop', async () => {
    const { run, url } = await listening()
    const [, line = ''] = await run.says(/(curl .*)/)
    await run.says(/Ctrl-C/)
    const curl = spawn('bash', ['-c', `${line} --silent`])
    let answer = ''
    curl.stdout.on('data', (chunk: Buffer) => (answer += String(chunk)))
    await new Promise((resolve) => curl.on('close', resolve))
    expect(JSON.parse(answer)).toMatchObject({ success: true, recipients: 0 })
    expect((await fetch(url)).headers.get('content-type')).toMatch('text/html')
    expect(run.output()).toMatch('history')
  })

  it.each([
    { signal: 'SIGINT', who: 'Ctrl-C' },
    { signal: 'SIGTERM', who: 'a supervisor' },
  ] as const)('tells its listeners and ends with 0 on $signal, as $who sends it', async ({ signal }) => {
    const { run, url } = await listening()
    const socket = new WebSocket(`${url.replace('http', 'ws')}/lobby/listen`)
    const frames: string[] = []
    await new Promise<void>((resolve) => socket.on('message', (data) => void (frames.push(String(data)), resolve())))
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    run.child.kill(signal)
    expect(await closed).toBe(1012)
    expect(frames.at(-1)).toMatch('DRAINING')
    expect(await run.ended).toBe(0)
  })

  it('lets an awaited emit finish on SIGTERM, and answers health with 503 meanwhile [HL-1]', async () => {
    const { run, url } = await listening()
    const socket = new WebSocket(`${url.replace('http', 'ws')}/lobby/listen`)
    const event = new Promise<{ eventID: string }>((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string; eventID: string }
        if (message.type === 'DATA') resolve(message)
      })
    })
    await new Promise((resolve) => socket.once('message', resolve))
    const answer = fetch(`${url}/lobby/emit?require-ack=true`, { method: 'POST', body: '1' })
    const { eventID } = await event
    run.child.kill('SIGTERM')
    await run.says(/Finishing/)
    expect((await fetch(`${url}/_/health`)).status).toBe(503)
    socket.send(JSON.stringify({ type: 'ACK', payload: { eventID } }))
    expect((await answer).status).toBe(200)
    expect(await run.ended).toBe(0)
  })

  it('ends when npm alone is told to, as a supervisor does that started npm', async () => {
    const throughNpm = watched('npm', ['start', '--', '--port', '0'])
    const [, url = ''] = await throughNpm.says(/listening at (http:\S+)/)
    throughNpm.child.kill('SIGTERM')
    await throughNpm.says(/Stopped\./)
    await expect(fetch(`${url}/_/health`)).rejects.toThrow()
  })

  it('ends when who started it is gone before anybody has read its address', async () => {
    const port = await freePort()
    // The pipe is full when it starts: what it prints about its address waits until somebody reads.
    const serving = `(head -c 65536 /dev/zero; exec '${process.execPath}' scripts/start.mjs --port ${port})`
    const line = `exec 3<&0; ${serving} </dev/null | (read -r _ <&3; cat)`
    const shell = watched('bash', ['-c', line], { npm_lifecycle_event: 'start' })
    await accepting(port)
    shell.child.kill('SIGKILL')
    shell.child.stdin?.end('\n')
    await shell.says(/Stopped\./)
  })

  it('ends at once on a second signal', async () => {
    const { run, url } = await listening()
    const socket = new WebSocket(`${url.replace('http', 'ws')}/lobby/listen`)
    await new Promise((resolve) => socket.once('message', resolve))
    void fetch(`${url}/lobby/emit?require-ack=true&_timeout=60000`, { method: 'POST', body: '1' }).catch(
      () => undefined,
    )
    await new Promise((resolve) => socket.once('message', resolve))
    run.child.kill('SIGTERM')
    await run.says(/Finishing/)
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(143)
  })

  it('says which port is taken and what to do about it', async () => {
    const { url } = await listening()
    const { port } = new URL(url)
    const second = start([], { PORT: port })
    await second.says(new RegExp(`port ${port} is taken.*--port`))
    expect(await second.ended).toBe(1)
  })

  it.each([
    ['--port', 'many'],
    ['--port', '70000'],
    ['--prot', '1'],
  ])('refuses %s %s in words', async (...args) => {
    const run = start(args)
    expect(await run.ended).toBe(1)
    expect(run.output()).toMatch(/websockets\.do: .+/)
    expect(run.output()).not.toMatch(/\n\s+at /)
  })
})
