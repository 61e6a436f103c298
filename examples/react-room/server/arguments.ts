// What the server was started with.
import { parseArgs } from 'node:util'
import { fail } from './fail'

export interface Arguments {
  readonly port: number
  readonly host: string
  readonly isDevelopment: boolean
}

/** `--port` (or PORT in the environment), `--host`, `--dev`. */
export function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string' }, host: { type: 'string' }, dev: { type: 'boolean' } },
    })
    const port = values.port ?? (process.env['PORT'] || '3000')
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) fail(`expected a port from 0 to 65535, got "${port}"`)
    return { port: Number(port), host: values.host ?? '127.0.0.1', isDevelopment: values.dev ?? false }
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}
