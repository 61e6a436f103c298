// Starts the server in one of the runtimes beside these tests, from the sources, and reaches it over the network.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { bundle } from '../../browser/support/bundle'
import { launch } from '../../support/launch'
import { runtimes } from '../support/runtimes'
import type { OpenAdapter, OpenedAdapter } from './adapter'
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

export function openIn(name: string, settings: HostSettings = {}): OpenProcess {
  return async (options = {}) => {
    const [command, ...args] = runtimes.find((runtime) => runtime.name === name)?.command ?? []
    if (command === undefined) throw new Error(`${name} is not installed`)
    const program = await programOf(name)
    const run = launch(command, [...args, program, JSON.stringify(options), JSON.stringify(settings)])
    const [, url = ''] = await run.says(/^listening (\S+)$/m)

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

/** The path of the program for a runtime, bundled once. */
function programOf(name: string): Promise<string> {
  const kind = /node/i.test(name) ? 'node' : name.toLowerCase()
  const known = programs.get(kind)
  if (known) return known
  // `ws` is CommonJS, and asks for Node's modules as such.
  const [format, extension] = kind === 'node' ? (['cjs', 'cjs'] as const) : (['esm', 'mjs'] as const)
  const path = join(folder(), `${kind}.${extension}`)
  const built = bundle(`import './${kind}'`, import.meta.url, { platform: 'node', format, external: [] })
  const written = built.then((text) => writeFile(path, text)).then(() => path)
  programs.set(kind, written)
  return written
}

function folder(): string {
  if (bundles === undefined) {
    const created = mkdtempSync(join(tmpdir(), 'websockets.do-'))
    process.once('exit', () => rmSync(created, { recursive: true, force: true }))
    bundles = created
  }
  return bundles
}

const programs = new Map<string, Promise<string>>()
let bundles: string | undefined

/** How long a process may take to end once it has closed. */
const END_MS = 5_000
