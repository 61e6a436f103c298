// A server in whatever runtime starts this: says where it listens, does what its stdin says line by line, and ends when that is over.
import process from 'node:process'
import { createInterface } from 'node:readline'
import { createServer, type Server } from '@websockets.do/server-core'
import { type AdapterOptions, serverOptionsOf } from '@websockets.do/server-core/conformance'

/** What is up to the runtime's own server. */
export interface HostSettings {
  /** Default `127.0.0.1`; null: what the runtime listens on when nobody says it. */
  readonly hostname?: string | null
  readonly basePath?: string
  /** After how many seconds of silence the runtime may cut a connection, where it has such a number. */
  readonly idleSeconds?: number
}

export interface Hosting {
  readonly port: number
  /** Ends the core's server, and then the runtime's own. */
  close(options: { readonly drainMs: number }): Promise<void>
}

export async function host(serve: (server: Server, settings: HostSettings) => Promise<Hosting>): Promise<void> {
  const [options = '{}', settings = '{}'] = process.argv.slice(2)
  const { basePath = '', ...others } = JSON.parse(settings) as HostSettings
  const server = createServer(serverOptionsOf(JSON.parse(options) as AdapterOptions))
  const { port, close } = await serve(server, { basePath, ...others })

  let ended: Promise<void> | undefined
  const end = (drainMs: number) => (ended ??= close({ drainMs }))
  const commands: Readonly<Record<string, (...args: string[]) => unknown>> = {
    disconnect: (channel = '', clientID = '') => server.channel(decodeURIComponent(channel)).disconnect(clientID),
    close: (drainMs) => end(Number(drainMs)),
    memory: () => process.memoryUsage().rss,
  }

  let count = 0
  const lines = createInterface({ input: process.stdin })
  lines.on('line', async (line) => {
    const number = ++count
    const [command = '', ...args] = line.split(' ')
    process.stdout.write(`answer ${number} ${String(await commands[command]?.(...args))}\n`)
    if (command === 'close') lines.close()
  })
  // Also when whoever started this has gone.
  lines.on('close', () => {
    process.stdin.unref?.()
    void end(0)
  })
  process.stdout.write(`listening http://127.0.0.1:${port}${basePath}\n`)
}
