// `npm run conform -- ws://host/base`: runs the conformance kit against a server, from its sources, and prints what it found.
import { parseArgs } from 'node:util'
import { ensureInstalled } from './ensure.mjs'

const USAGE = `Usage: npm run conform -- <url> [--level seed|full] [--slow] [--only ACK-3,CL-7] [--token t] [--json]

  <url>      where the server is: ws, wss, http or https, with its base path if it has one
  --level    seed: what the seed specification promises; full (default): all of docs/protocol.md
  --slow     the cases too that take up to two minutes
  --only     rules, separated by commas
  --token    for a server that asks for one; it must allow everything in every channel
  --json     the report as JSON
`

const { url, help, level, slow, only, token, json } = readArguments()
if (help) {
  process.stdout.write(USAGE)
  process.exit(0)
}

await ensureInstalled()
const { register } = await import('tsx/esm/api')
register()
const kit = await import(new URL('../packages/server-core/src/conformance/index.ts', import.meta.url).href)
const { WebSocket } = await import('ws')

await reach()
const report = await kit
  .runConformance(
    { url, WebSocket, fetch, ...(token !== undefined && { token }) },
    { level, slow, only, onResult: tell() },
  )
  .catch((/** @type {Error} */ error) => misuse(error.message))
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : kit.formatReport(report)}\n`)
process.exitCode = report.failed > 0 ? 1 : 0

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        level: { type: 'string', default: 'full' },
        slow: { type: 'boolean', default: false },
        only: { type: 'string' },
        token: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return { ...values, url: '', only: undefined }
    const [address, ...more] = positionals
    if (address === undefined) throw new Error('expected the url of a server')
    if (more.length > 0) throw new Error(`expected one url, got ${positionals.length}`)
    if (!/^(ws|http)s?:\/\/[^/?#]+/.test(address) || !URL.canParse(address))
      throw new Error(`expected a url with ws, wss, http or https, got "${address}"`)
    const { search, hash } = new URL(address)
    if (search || hash) throw new Error('expected a url without a query or a fragment')
    if (values.level !== 'seed' && values.level !== 'full')
      throw new Error(`expected --level to be seed or full, got "${values.level}"`)
    return { ...values, url: address, only: values.only?.split(',').map((rule) => rule.trim().toUpperCase()) }
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error))
  }
}

/** Any answer will do: what it is worth is for the kit to say. */
async function reach() {
  const address = url.replace(/^ws/, 'http')
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000) })
    await response.body?.cancel()
  } catch (error) {
    const { cause, message } = /** @type {Error & { cause?: { code?: string, message?: string } }} */ (error)
    console.error(`conform: nothing answers at ${address}: ${cause?.code ?? cause?.message ?? message}`)
    process.exit(2)
  }
}

/** Counts the cases for whoever sits in front of it. */
function tell() {
  let count = 0
  return () => {
    if (process.stderr.isTTY) process.stderr.write(`\r${++count} cases …`)
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function misuse(message) {
  console.error(`conform: ${message.replace(/\s+/g, ' ')}\n\n${USAGE}`)
  process.exit(2)
}
