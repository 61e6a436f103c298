// `npm run size`: what the client and the hooks add to a page. test/size.test.ts holds the client to its budget.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { pathToFileURL } from 'node:url'
import { target, terserOptions } from '../packages/client/minify.mjs'
import { ensureInstalled } from './ensure.mjs'
import { root } from './run.mjs'

/** Bytes of brotli that the client may take in a page. */
export const clientBudget = 4000

// isomorphic-ws and ws are loaded only where there is no WebSocket, which no browser is; React and the client are the page's own.
const outside = {
  client: ['isomorphic-ws', 'ws'],
  react: ['react', 'react/jsx-runtime', '@websockets.do/client'],
}

/**
 * Bundles and minifies a package from its sources, for a browser, as its build does, and weighs the result in bytes.
 * @param {'client' | 'react'} name
 */
export async function measure(name) {
  const [{ build }, { minify }] = await Promise.all([import('esbuild'), import('terser')])
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`packages/${name}/src/index.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target,
    conditions: ['@websockets.do/source'],
    external: outside[name],
  })
  const { code = '' } = await minify(outputFiles[0]?.text ?? '', terserOptions)
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
  return `${name.padEnd(7)} ${raw} bytes raw, ${gzip} gzip, ${brotli} brotli`
}
