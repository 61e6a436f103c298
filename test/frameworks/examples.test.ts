// Each example that mounts a server in a framework, started as its reader starts it: the channels work, and the rest stays the framework's.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { tellMissing } from '../runtime/support/missing'
import { runtimes } from '../runtime/support/runtimes'
import { launch, type Run } from '../support/launch'
import { RawSocket, upgradeRequest } from '../support/raw-socket'
import { hasFrameworks } from './support/installed'
import { enter, expectMeeting, opened, reconnecting } from './support/meet'

interface Example {
  readonly name: string
  /** Undefined where its runtime is not installed. */
  readonly command: readonly string[] | undefined
  /** What the framework itself answers with. */
  readonly says: string
  /** Default 0; null where the signal itself ends it. */
  readonly exitCode?: number | null
  /** Whether everybody is told that it goes down, which what runs it may not let it do. Default true. */
  readonly tells?: boolean
  /** What the framework answers to an upgrade that nobody wants. Default 404. */
  readonly elsewhere?: number
  /** Where the framework has WebSockets of its own. */
  readonly own?: (url: string) => Promise<WebSocket>
}

const node = (file: string) => [process.execPath, '--import', 'tsx', `examples/${file}`]

/** One of the runtimes that are installed for the tests, with arguments of our own. */
function runtime(name: string, ...args: string[]): readonly string[] | undefined {
  const [program] = runtimes.find((one) => one.name === name)?.command ?? []
  return program === undefined ? undefined : [program, ...args]
}

/** Where wrangler keeps what the channels say. */
const state = mkdtempSync(join(tmpdir(), 'websockets.do-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

const examples: readonly Example[] = [
  { name: 'Express', command: node('express.ts'), says: 'Express answers.' },
  { name: 'Fastify', command: node('fastify.ts'), says: 'Fastify answers.' },
  { name: 'Hono on Node', command: node('hono-node.ts'), says: 'Hono answers.' },
  { name: 'Hono on Bun', command: runtime('Bun', 'examples/hono-bun.ts'), says: 'Hono answers.' },
  {
    name: 'Hono on Deno',
    command: runtime(
      'Deno',
      ...['serve', '--allow-all', '--node-modules-dir=manual', '--host', '127.0.0.1', '--port', '0'],
      'examples/hono-deno.ts',
    ),
    says: 'Hono answers.',
    tells: false,
  },
  {
    name: 'Hono on workerd',
    command: [
      ...[process.execPath, 'examples/node_modules/wrangler/bin/wrangler.js', 'dev', '--config'],
      ...['examples/hono-workerd.jsonc', '--ip', '127.0.0.1', '--port', '0', '--persist-to', state],
    ],
    says: 'Hono answers.',
    tells: false,
  },
  { name: 'h3', command: node('h3.ts'), says: 'h3 answers.' },
  {
    name: 'Nitro',
    command: [
      ...[process.execPath, 'examples/node_modules/nitro/dist/cli/index.mjs', 'dev', '--dir', 'examples/nitro'],
      ...['--host', '127.0.0.1', '--port', '0'],
    ],
    says: 'Nitro answers.',
    // It takes no notice of the signal, and opens what nobody wants.
    exitCode: null,
    tells: false,
    elsewhere: 101,
  },
  {
    name: 'Next.js',
    command: node('next/server.ts'),
    says: 'Next answers.',
    own: async (url) => new WebSocket(`${url}/_next/hmr?id=a`, { origin: url.replace('ws', 'http') }),
  },
  {
    name: 'Vite',
    command: [process.execPath, 'node_modules/vite/bin/vite.js', 'examples/vite', '--port=0', '--host=127.0.0.1'],
    says: 'Vite answers.',
    exitCode: 128 + 15,
    tells: false,
    own: async (url) => {
      const client = await (await fetch(`${url.replace('ws', 'http')}/@vite/client`)).text()
      return new WebSocket(`${url}/?token=${/wsToken = "([^"]+)"/.exec(client)?.[1]}`, 'vite-hmr')
    },
  },
]

/** They ask nobody anything, and tell nobody; and where vitest says that this is a test, Nitro would not say where it is. */
const quiet = { NEXT_TELEMETRY_DISABLED: '1', WRANGLER_SEND_METRICS: 'false', TEST: '' }

tellMissing('the examples', [{ name: 'the frameworks', command: hasFrameworks || undefined }, ...examples])

async function start({ command: [program = '', ...args] = [] }: Example): Promise<{ run: Run; url: string }> {
  const run = launch(program, args, { PORT: '0', NO_COLOR: '1', ...quiet })
  // Not by force: what the program has started would go on.
  onTestFinished(async () => {
    run.child.kill('SIGTERM')
    await run.ended
  })
  const [, url = ''] = await run.says(/(http:\/\/127\.0\.0\.1:\d+)/)
  return { run, url }
}

describe.skipIf(!hasFrameworks)('the examples', () => {
  for (const example of examples) {
    describe.skipIf(!example.command)(example.name, () => {
      const { says, exitCode = 0, elsewhere = 404, tells = true, own } = example

      it('serves channels below /realtime, and ends in peace [CH-5, HL-1]', async () => {
        const { run, url } = await start(example)
        await expectMeeting(`${url}/realtime`)
        const cat = enter(`${url}/realtime`, 'Cat')
        await opened(cat)
        const lost = reconnecting(cat)
        run.child.kill('SIGTERM')
        expect(await run.ended).toBe(exitCode)
        expect(await lost).toBe(tells ? 'DRAINING' : 'CONNECTION_LOST')
      })

      it('leaves the framework its own routes and WebSockets [CH-5]', async () => {
        const { url } = await start(example)
        expect(await (await fetch(url)).text()).toContain(says)
        expect((await fetch(`${url}/realtime/nowhere`)).headers.get('content-type')).toBe('application/json')
        if (!own) {
          const { port } = new URL(url)
          const raw = (await RawSocket.open(Number(port))).write(upgradeRequest('/elsewhere'))
          onTestFinished(() => raw.reset())
          return expect(await raw.until((text) => text.includes('\r\n'))).toMatch(new RegExp(`^HTTP/1.1 ${elsewhere} `))
        }
        const socket = await own(url.replace('http', 'ws'))
        onTestFinished(() => socket.terminate())
        await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject))
      })
    })
  }

  it.each(['examples', 'examples/next'])('are right by their types: %s', async (project) => {
    const tsc = 'node_modules/typescript/bin/tsc'
    const run = launch(process.execPath, [tsc, '-p', `${project}/tsconfig.json`, '--noEmit', '--incremental', 'false'])
    await run.ended
    expect(run.output()).toBe('')
  })
})
