// `npm run size`: what the client, its other entries and the hooks add to a page. test/size.test.ts holds the client to its budget.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { pathToFileURL } from 'node:url'
import { target, terserOptions } from '../packages/client/minify.mjs'
import { ensureInstalled } from './ensure.mjs'
import { root } from './run.mjs'

/** Bytes of brotli that the client may take in a page. */
export const clientBudget = 6000

// isomorphic-ws and ws are loaded only where there is no WebSocket, which no browser is; React and the client are the page's own.
const outside = {
  client: ['isomorphic-ws', 'ws'],
  react: ['react', 'react/jsx-runtime', '@websockets.do/client'],
}

/** What a page imports, by what is weighed. */
const programs = {
  client: `export * from './packages/client/src/index'`,
  contract: `export * from './packages/client/src/contract'`,
  'event-stream': `export * from './packages/client/src/event-stream'`,
  people: `export * from './packages/client/src/people'`,
  react: `export * from './packages/react/src/index'`,
}

/**
 * Bundles and minifies a program from the packages' sources, for a browser, as their build does.
 * @param {string} program
 * @param {string[]} external
 */
export async function bundle(program, external = outside.client) {
  const [{ build }, { minify }] = await Promise.all([import('esbuild'), import('terser')])
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target,
    conditions: ['@websockets.do/source'],
    external,
  })
  const { code = '' } = await minify(outputFiles[0]?.text ?? '', terserOptions)
  return code
}

/**
 * Weighs a package, or one entry of the client, in bytes.
 * @param {keyof typeof programs} name
 */
export async function measure(name) {
  const code = await bundle(programs[name], name === 'react' ? outside.react : outside.client)
  return {
    raw: Buffer.byteLength(code),
    gzip: gzipSync(code, { level: 9 }).length,
    brotli: brotliCompressSync(code).length,
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  const client = await measure('client')
  console.log(line('client', client), `of ${clientBudget} allowed (minified as its build does, mitt in it)`)
  console.log(line('contract', await measure('contract')), 'by itself, without schemas')
  console.log(line('event-stream', await measure('event-stream')), 'by itself: the fall-back')
  console.log(line('people', await measure('people')), 'by itself')
  console.log(line('react', await measure('react')))
  if (client.brotli > clientBudget) {
    console.error(`The client is ${client.brotli - clientBudget} bytes over its budget.`)
    process.exitCode = 1
  }
}

/**
 * @param {string} name
 * @param {{ raw: number, gzip: number, brotli: number }} size
 */
function line(name, { raw, gzip, brotli }) {
  return `${name.padEnd(12)} ${raw} bytes raw, ${gzip} gzip, ${brotli} brotli`
}
