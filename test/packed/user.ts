// A folder of someone who has installed the packages from their tarballs, and runs programs there.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const start = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

export const packages = ['server-core', 'client', 'react'] as const
export type Package = (typeof packages)[number]

export interface User {
  /** The paths in each tarball. */
  readonly packed: Record<Package, string[]>
  /** Runs a program as ESM or CJS and hands back the JSON that it prints. */
  run(format: 'esm' | 'cjs', program: string): Promise<unknown>
  /** Every built file of an installed package, with its text. */
  dist(name: Package): Promise<{ file: string; text: string }[]>
  /** What the compiler says of programs in the folder, by file name; empty when it is content. */
  typeCheck(programs: Record<string, string>): Promise<string>
  leave(): Promise<void>
}

const compilerOptions = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'dom'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  typeRoots: [join(root, 'node_modules', '@types')],
  types: ['node'],
}

/** Packs what is built and installs it beside the packages that a user has to bring: React and ws. */
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
  await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, 'react@^19', 'ws@^8.21.0')

  return {
    packed,
    async run(format, program) {
      const type = format === 'esm' ? 'module' : 'commonjs'
      const { stdout } = await start(process.execPath, [`--input-type=${type}`, '--eval', program], { cwd: folder })
      return JSON.parse(stdout)
    },
    async dist(name) {
      const dist = join(folder, 'node_modules', '@websockets.do', name, 'dist')
      const files = await readdir(dist)
      return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(dist, file), 'utf8') })))
    },
    async typeCheck(programs) {
      for (const [file, program] of Object.entries(programs)) await writeFile(join(folder, file), program)
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(programs) }))
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      const said = ({ stdout }: { stdout: string }) => stdout
      return start(process.execPath, [tsc, '-p', folder], { cwd: folder }).then(said, said)
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  }
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
