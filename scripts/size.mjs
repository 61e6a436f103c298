// `npm run size`: what the client, the hooks and their other entries add to a page. test/size.test.ts holds both to their budgets.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { target, terserOptions } from '../packages/client/minify.mjs'
import { ensureInstalled } from './ensure.mjs'
import { root } from './run.mjs'

/**
 * Bytes of brotli that may be in a page. The hooks are weighed without the provider, which a page has once however many hooks it uses,
 * and with it, which is what a page has in the end.
 */
export const budgets = { client: 6_000, hooks: 1_500, 'all hooks': 3_000, 'with provider': 1_550, react: 3_150 }

// isomorphic-ws and ws are loaded only where there is no WebSocket, which no browser is.
const never = ['isomorphic-ws', 'ws']

/** The page's own: it has them once, however many files of ours import them. */
const once = ['react', 'react/jsx-runtime', '@websockets.do/client']

const client = './packages/client/src'
const react = './packages/react/src'

const four = 'useChannel, useMembers, usePresence, useEvent'
const others =
  'useClient, useConnection, useEmit, useEvents, useLostConnection, useMember, useOthers, useSelf, useSetPresence'

/** What a page imports, by what is weighed. */
const programs = {
  client: `export * from '${client}/index'`,
  contract: `export * from '${client}/contract'`,
  'event-stream': `export * from '${client}/event-stream'`,
  people: `export * from '${client}/people'`,
  hooks: `export { ${four} } from '${react}/index'`,
  'all hooks': `export { ${four}, ${others} } from '${react}/index'`,
  'with provider': `export { WebSocketsProvider, ${four} } from '${react}/index'`,
  react: `export * from '${react}/index'`,
}

/** The other entries of the hooks: each is weighed by what it adds to the main one. */
export const reactEntries = ['suspense', 'hydration', 'server'].filter((entry) =>
  existsSync(join(root, react, `${entry}.ts`)),
)

/**
 * Bundles and minifies a program from the packages' sources, for a browser, as their build does.
 * @param {string} program
 */
export async function bundle(program) {
  const { minify } = await import('terser')
  const names = importsOf(await build(program, { external: [...never, ...once] }))
  const code = await build(program, { external: never, minify: true, plugins: [importedOnce(names)] })
  return (await minify(code, terserOptions)).code ?? ''
}

/**
 * Weighs something, in bytes.
 * @param {keyof typeof programs} name
 */
export async function measure(name) {
  return weigh(await bundle(programs[name]))
}

/**
 * Weighs what an entry of the hooks adds to a page that has all of the main one, in bytes.
 * @param {string} entry
 */
export async function measureBeyond(entry) {
  const from = `${react}/${entry}`
  // Some of them have the main one's names.
  const names = (await exportsOf(`export * from '${from}'`)).map((name) => `${name} as $${name}`)
  const [both, main] = await Promise.all(
    [`${programs.react}\nexport { ${names.join()} } from '${from}'`, programs.react].map((program) => bundle(program)),
  )
  const [more, less] = [weigh(both ?? ''), weigh(main ?? '')]
  return { raw: more.raw - less.raw, gzip: more.gzip - less.gzip, brotli: more.brotli - less.brotli }
}

/**
 * @param {string} program
 * @param {import('esbuild').BuildOptions} options
 */
async function build(program, options) {
  const esbuild = await import('esbuild')
  const { outputFiles } = await esbuild.build({ ...common(program), ...options, write: false })
  return outputFiles[0]?.text ?? ''
}

/** @param {string} program */
async function exportsOf(program) {
  const esbuild = await import('esbuild')
  const { metafile } = await esbuild.build({
    ...common(program),
    external: [...never, ...once],
    write: false,
    metafile: true,
  })
  return Object.values(metafile.outputs).flatMap((output) => output.exports)
}

/**
 * @param {string} program
 * @returns {import('esbuild').BuildOptions}
 */
function common(program) {
  return {
    absWorkingDir: root,
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target,
    conditions: ['@websockets.do/source'],
  }
}

/**
 * What code that is not minified imports from each package that the page has, by the package's name.
 * @param {string} code
 */
function importsOf(code) {
  /** @type {Map<string, Set<string>>} */
  const names = new Map(once.map((from) => [from, new Set()]))
  for (const [, list = '', from = ''] of code.matchAll(/^import \{([^}]*)\} from "([^"]+)";$/gm)) {
    for (const name of list.split(',')) names.get(from)?.add(name.replace(/ as .*/s, '').trim())
  }
  return names
}

/**
 * A bundler does not merge imports of what is left outside, and in a page nothing is: so one module imports it for all.
 * @param {Map<string, Set<string>>} names
 * @returns {import('esbuild').Plugin}
 */
function importedOnce(names) {
  return {
    name: 'imported-once',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(react|@websockets\.do\/client)/ }, ({ path, namespace }) => {
        if (!names.has(path)) return undefined
        return namespace === 'once' ? { path, external: true } : { path, namespace: 'once', sideEffects: false }
      })
      onLoad({ filter: /./, namespace: 'once' }, ({ path }) => ({
        contents: `export { ${[...(names.get(path) ?? [])].join()} } from '${path}'`,
      }))
    },
  }
}

/** @param {string} code */
function weigh(code) {
  return {
    raw: Buffer.byteLength(code),
    gzip: gzipSync(code, { level: 9 }).length,
    brotli: brotliCompressSync(code).length,
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  await tell('client', 'minified as its build does, mitt in it')
  await tell('contract', 'by itself, without schemas')
  await tell('event-stream', 'by itself: the fall-back')
  await tell('people', 'by itself')
  await tell('hooks', 'useChannel, useMembers, usePresence, useEvent')
  await tell('with provider', 'these four, and what all hooks share')
  await tell('all hooks', 'every one of them')
  await tell('react', 'all of its main entry: hooks, provider, createChannelHooks')
  for (const entry of reactEntries) console.log(line(`/${entry}`, await measureBeyond(entry)), 'beyond that')
}

/**
 * @param {keyof typeof programs} name
 * @param {string} what
 */
async function tell(name, what) {
  const size = await measure(name)
  const budget = name in budgets ? budgets[/** @type {keyof typeof budgets} */ (name)] : undefined
  console.log(line(name, size), budget === undefined ? what : `of ${budget} allowed: ${what}`)
  if (budget === undefined || size.brotli <= budget) return
  console.error(`${name} is ${size.brotli - budget} bytes over its budget.`)
  process.exitCode = 1
}

/**
 * @param {string} name
 * @param {{ raw: number, gzip: number, brotli: number }} size
 */
function line(name, { raw, gzip, brotli }) {
  return `${name.padEnd(13)} ${raw} bytes raw, ${gzip} gzip, ${brotli} brotli`
}
