// `npm start`: a channel server of one process, with a page at `/` that is its own client.
import { parseArgs } from 'node:util'
import { createServer } from '@websockets.do/server-core'
import { serve, type Served } from '@websockets.do/server-core/node'
import { pageFiles } from './page-files'

const HELP = `Usage: npm start -- [--port 8787] [--host 127.0.0.1]

  --port   the port to listen on (or PORT in the environment); 0 takes any that is free
  --host   the address to listen on; another than loopback lets other machines in, without any authorisation
`

/** What one may listen on and be found at localhost; the last two are every address. */
const LOCALHOST = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'])

const { port, host, help } = readArguments()
if (help) {
  process.stdout.write(HELP)
} else {
  // Before anything can end it: a parent that is gone already cannot be told from one that never was.
  const parent = process.ppid
  const served = await start()
  stopOnSignals(served, parent)
  announce(served)
}

async function start(): Promise<Served> {
  // Everybody who reaches this server may read what was said: it is open anyway.
  const server = createServer({ history: { readable: true } })
  try {
    return await serve(server, { port, host, page: pageFiles(new URL('./', import.meta.url)) })
  } catch (error) {
    return fail(explain(error))
  }
}

function announce({ url, port: actualPort }: Served): void {
  const address = LOCALHOST.has(host) ? `http://localhost:${actualPort}` : url
  const lines = [
    '',
    `  websockets.do is listening at ${address}`,
    '',
    '  Open it in two tabs, then send both an event:',
    '',
    `    curl -d '{"hello":"world"}' '${address}/lobby/emit?require-ack=true'`,
    '',
    '  The history of a channel is readable by everybody who reaches this server (/:channel/history).',
    ...(isLoopback(host)
      ? []
      : [`  It listens on ${host}: other machines can reach it, and nothing asks who they are. GET cannot emit here.`]),
    '  Stop it with Ctrl-C.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

// SIGINT is a person who wants it gone; SIGTERM is a supervisor who lets what is under way finish; a second one is final.
function stopOnSignals(served: Served, parent: number): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals, drainMs: number) => {
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
    stopping = true
    process.stdout.write(
      drainMs > 0 ? '\n  Finishing what is under way … once more to stop at once.\n' : '\n  Telling the listeners …\n',
    )
    served.close({ drainMs }).then(
      () => {
        process.stdout.write('  Stopped.\n')
        process.exit(0)
      },
      (error: unknown) => fail(`stopping failed: ${String(error)}`),
    )
  }
  process.on('SIGINT', (signal) => stop(signal, 0))
  process.on('SIGTERM', (signal) => stop(signal, 10_000))
  // Between npm and this process there is a shell that dies of a supervisor's signal and passes nothing on.
  if (process.env['npm_lifecycle_event'] === undefined) return
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    if (!stopping) stop('SIGTERM', 10_000)
  }, 250)
  watch.unref()
}

function readArguments(): { port: number; host: string; help: boolean } {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    const text = values.port ?? (process.env['PORT'] || '8787')
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
      fail(`expected the port to be a number from 0 to 65535, got ${JSON.stringify(text)}`)
    return { port: Number(text), host: values.host ?? '127.0.0.1', help: values.help ?? false }
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
  }
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return `port ${port} is taken: stop what uses it, or choose another with \`npm start -- --port ${port + 1}\``
  if (code === 'EACCES')
    return `port ${port} needs more rights than this process has: choose one above 1023 with --port`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is not an address of this machine: choose another with --host`
  return `listening on ${host}:${port} failed: ${String(error)}`
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || name.startsWith('127.')
}

function fail(message: string): never {
  process.stderr.write(`websockets.do: ${message}\n`)
  process.exit(1)
}
