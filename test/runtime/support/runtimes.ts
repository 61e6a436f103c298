// The runtimes that are installed beside this file, and how each runs a program.
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface Runtime {
  readonly name: string
  /** What comes before the program's path; undefined where it is not installed. */
  readonly command: readonly string[] | undefined
}

export const runtimes: readonly Runtime[] = [
  { name: 'this Node', command: [process.execPath] },
  { name: 'Node 22', command: node(22) },
  { name: 'Node 24', command: node(24) },
  { name: 'Bun', command: installed('.bin/bun', 'run') },
  { name: 'Deno', command: installed('.bin/deno', 'run', '--allow-all', '--node-modules-dir=manual') },
]

/** The module that starts workerd. */
export const miniflare: string | undefined = installed('miniflare/dist/src/index.js')
  ?.map((path) => pathToFileURL(path).href)
  .at(0)

/** Whose package is one for each platform. */
function node(major: number): readonly string[] | undefined {
  const folder = `node-${major}-${process.platform}-${process.arch}`
  return installed(process.platform === 'win32' ? `${folder}/bin/node.exe` : `${folder}/bin/node`)
}

function installed(file: string, ...args: string[]): readonly string[] | undefined {
  const path = fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url))
  return existsSync(path) ? [path, ...args] : undefined
}
