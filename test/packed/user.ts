// A folder of someone who has installed the packages from their tarballs, and runs programs there.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const start = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))

export const packages = ['server-core', 'client', 'react'] as const
export type Package = (typeof packages)[number]

export interface User {
  /** The paths in each tarball. */
  readonly packed: Record<Package, string[]>
  /** Runs a program as ESM or CJS and hands back the JSON that it prints. */
  run(format: 'esm' | 'cjs', program: string): Promise<unknown>
  /** Every built file of an installed package, with its text. */
  dist(name: Package): Promise<{ file: string; text: string }[]>
  /** What the compiler says of programs in the folder, by file name; empty when it is content. `types` are those of its configuration, beside Node's; `options` count before all. */
  typeCheck(programs: Record<string, string>, types?: string[], options?: object): Promise<string>
  leave(): Promise<void>
}

const compilerOptions = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'dom'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
}

/** What a user has to bring: React, ws, and the tools that the mock server has entries for, and a validator, at the versions of this repository. */
const peers = ['react', 'react-dom', 'ws', 'msw', 'mock-socket', 'vitest', '@types/node', 'zod']

/** Packs what is built and installs it beside its peers. */
export async function newUser(): Promise<User> {
  const folder = await mkdtemp(join(tmpdir(), 'websockets-packed-'))
  const packed = {} as Record<Package, string[]>
  const tarballs: string[] = []
  for (const name of packages) {
    const { file, paths } = await pack(name, folder)
    packed[name] = paths
    tarballs.push(join(folder, file))
  }
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  const wanted = await Promise.all(peers.map(async (name) => `${name}@${await installedVersion(name)}`))
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await npm(folder, 'install', ...quiet, ...tarballs, ...wanted)

  return {
    packed,
    async run(format, program) {
      const type = format === 'esm' ? 'module' : 'commonjs'
      const { stdout } = await start(process.execPath, [`--input-type=${type}`, '--eval', program], { cwd: folder })
      return JSON.parse(stdout)
    },
    async dist(name) {
      const dist = join(folder, 'node_modules', '@websockets.do', name, 'dist')
      const entries = await readdir(dist, { recursive: true, withFileTypes: true })
      const files = entries
        .filter((entry) => entry.isFile())
        .map(({ name: file, parentPath }) => relative(dist, join(parentPath, file)))
      return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(dist, file), 'utf8') })))
    },
    async typeCheck(programs, types = [], options = {}) {
      for (const [file, program] of Object.entries(programs)) await writeFile(join(folder, file), program)
      const config = {
        compilerOptions: { ...compilerOptions, types: ['node', ...types], ...options },
        files: Object.keys(programs),
      }
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      const said = ({ stdout }: { stdout: string }) => stdout
      return start(process.execPath, [tsc, '-p', folder], { cwd: folder }).then(said, said)
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  }
}

async function installedVersion(name: string): Promise<string> {
  const manifest = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

async function pack(name: Package, folder: string): Promise<{ file: string; paths: string[] }> {
  const { stdout } = await npm(join(root, 'packages', name), 'pack', '--json', '--pack-destination', folder)
  const [tarball] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[]
  if (!tarball) throw new Error(`npm pack made no tarball of ${name}; is it built? "npm run build" builds it.`)
  return { file: tarball.filename, paths: tarball.files.map(({ path }) => path) }
}

function npm(cwd: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return start('npm', args, { cwd, shell: process.platform === 'win32' })
}
