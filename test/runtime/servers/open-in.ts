// Starts the server in one of the runtimes beside these tests, from the sources, and reaches it over the network.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { bundle } from '../../browser/support/bundle'
import { launch } from '../../support/launch'
import { runtimes } from '../support/runtimes'
import type { OpenAdapter, OpenedAdapter } from '@websockets.do/server-core/conformance'
import type { HostSettings } from './host'

/** A server in a process of its own. Its `close` fails when the process does not end by itself, with 0. */
export interface OpenedProcess extends OpenedAdapter {
  readonly port: number
  readonly fetch: typeof fetch
  readonly WebSocket: typeof globalThis.WebSocket
  /** The bytes of memory that the process has at this moment. */
  memory(): Promise<number>
}

type OpenProcess = (...given: Parameters<OpenAdapter>) => Promise<OpenedProcess>

/** `program` is the file beside this one that is run: by default the one for that runtime. */
export function openIn(name: string, settings: HostSettings = {}, program: string = kindOf(name)): OpenProcess {
  return async (options = {}) => {
    const [command, ...args] = runtimes.find((runtime) => runtime.name === name)?.command ?? []
    if (command === undefined) throw new Error(`${name} is not installed`)
    const folder = await mkdtemp(join(tmpdir(), 'websockets.do-host-'))
    const file = join(folder, program === 'node' ? 'node.cjs' : `${program}.mjs`)
    await writeFile(file, await textOf(program))
    const run = launch(command, [...args, file, JSON.stringify(options), JSON.stringify(settings)])
    // Once it listens all of it is read.
    const [, url = ''] = await run
      .says(/^listening (\S+)$/m)
      .finally(() => rm(folder, { recursive: true, force: true }))

    let count = 0
    async function ask(line: string): Promise<string> {
      const number = ++count
      run.child.stdin?.write(`${line}\n`)
      const [, answer = ''] = await run.says(new RegExp(`^answer ${number} (.*)$`, 'm'))
      return answer
    }

    async function end(drainMs: number): Promise<void> {
      if (run.child.exitCode === null) await ask(`close ${drainMs}`)
      const late = setTimeout(() => run.child.kill('SIGKILL'), END_MS)
      const code = await run.ended
      clearTimeout(late)
      if (code !== 0)
        throw new Error(`expected the process to end by itself with 0, but: ${code}. It said: ${run.output()}`)
    }

    let ended: Promise<void> | undefined
    return {
      url,
      port: Number(new URL(url).port),
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      fetch,
      ...(options.token !== undefined && { token: options.token }),
      disconnect: async (channel, clientID) =>
        (await ask(`disconnect ${encodeURIComponent(channel)} ${clientID}`)) === 'true',
      close: ({ drainMs = 0 } = {}) => (ended ??= end(drainMs)),
      memory: async () => Number(await ask('memory')),
    }
  }
}

function kindOf(name: string): string {
  return /node/i.test(name) ? 'node' : name.toLowerCase()
}

/** A program bundled, once: as CommonJS for Node, since `ws` is, and asks for Node's modules as such. */
function textOf(program: string): Promise<string> {
  const format = program === 'node' ? 'cjs' : 'esm'
  const text =
    texts.get(program) ?? bundle(`import './${program}'`, import.meta.url, { platform: 'node', format, external: [] })
  texts.set(program, text)
  return text
}

const texts = new Map<string, Promise<string>>()

/** How long a process may take to end once it has closed. */
const END_MS = 5_000
