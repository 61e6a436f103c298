// What is not for Node alone runs where no Node is: each entry bundles for a browser and for workerd, with nothing of Node in it.
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Entries that only ever run in Node, and why. */
const nodeOnly: Readonly<Record<string, string>> = {
  '@websockets.do/server-core/node': 'it is the adapter for Node',
  '@websockets.do/server-core/vite': 'Vite runs in Node, and the adapter stands on the one for Node',
  '@websockets.do/server-core/mock/vitest': 'vitest runs it in its own processes, as a set-up file',
  '@websockets.do/server-core/mock/playwright': 'it runs beside Playwright, which drives the browser from Node',
}

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>
}

const entries = ['server-core', 'client', 'react'].flatMap((name) => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest
  return Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => `@websockets.do/${name}${path.slice(1)}`)
})

const places: Readonly<Record<string, BuildOptions>> = {
  'a browser': { platform: 'browser', conditions: ['@websockets.do/source', 'module'] },
  workerd: {
    platform: 'neutral',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['@websockets.do/source', 'workerd', 'worker', 'browser'],
  },
}

const builtins = new Set(builtinModules)

describe.each(Object.entries(places))('for %s', (_name, options) => {
  it.each(entries.filter((entry) => !(entry in nodeOnly)))(
    '%s bundles, and nothing of Node is in it',
    async (entry) => {
      const { metafile, warnings, outputFiles } = await build({
        ...options,
        stdin: { contents: `export * from '${entry}'`, resolveDir: root },
        absWorkingDir: root,
        bundle: true,
        define: { 'process.env.NODE_ENV': '"production"' },
        format: 'esm',
        write: false,
        metafile: true,
        logLevel: 'silent',
      })
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
      const inputs = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path))
      expect(imports).toEqual([])
      expect(inputs.filter((path) => path.startsWith('node:') || builtins.has(path))).toEqual([])
      expect(warnings).toEqual([])
      // What a bundler leaves as it is would fail where it runs.
      expect(outputFiles[0]?.text).not.toMatch(/\brequire\(["']|\bimport\(["']/)
    },
  )
})

it('leaves out only what exists', () => {
  expect(Object.keys(nodeOnly).filter((entry) => !entries.includes(entry))).toEqual([])
})
