// The first programs of the README, as they stand there: the server runs, the client talks to it, the page of numbers holds.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port'
import { blocksOf, root } from './blocks'

const [server, client, component] = blocksOf('README.md').filter(
  ({ language }) => language === 'ts' || language === 'tsx',
)
const running: ChildProcess[] = []
const folder = join(root, 'node_modules/.cache/readme')

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a program of the README from source, on another port; resolves once its output has what is awaited. */
function run(name: string, text: string, port: number, awaited: RegExp): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.mts`)
  writeFileSync(file, text.replaceAll('8787', String(port)))
  const child = spawn(process.execPath, ['--conditions=@websockets.do/source', '--import', 'tsx', file], { cwd: root })
  running.push(child)
  return new Promise((resolve, reject) => {
    let output = ''
    const hear = (chunk: Buffer) => {
      output += String(chunk)
      if (awaited.test(output)) resolve(output)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', (code) => reject(new Error(`${name} ended with ${code} before it said ${awaited}: ${output}`)))
  })
}

describe('the README’s first programs', () => {
  it('have at most 8 lines each', () => {
    for (const block of [server, client, component]) {
      expect(
        block?.text
          .trim()
          .split('\n')
          .filter((line) => line.trim() !== '').length,
      ).toBeLessThanOrEqual(8)
    }
  })

  it(
    'run: the client joins the server, hears what it says, and is told who acknowledged',
    { timeout: 30_000 },
    async () => {
      const port = await freePort()
      const announced = run('server', `${server?.text}\nconsole.log('listening')`, port, /joined lobby/)
      await Promise.race([announced, untilListening(port)])
      const output = await run('client', client?.text ?? '', port, /1 acknowledged/)
      expect(output).toContain("heard { text: 'Hello!' }")
      expect(await announced).toMatch(/client_\S+ joined lobby/)
    },
  )

  it('run in one process too: the mock is the server', { timeout: 30_000 }, async () => {
    const mock = blocksOf('README.md').find(({ text }) => text.includes('server-core/mock'))
    expect(await run('mock', mock?.text ?? '', 0, /open/)).toMatch(/\{ hello: 'tests' \}\nopen \[/)
  })

  it('name every command of package.json that a user would run', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const name of ['start', 'test', 'check', 'simulate', 'conform', 'conformance', 'bench', 'size']) {
      expect(Object.keys(scripts)).toContain(name)
      expect(readme).toMatch(new RegExp(`\\| \`npm (run )?${name}\` \\|`))
    }
  })
})

/** The server has no other sign of life yet than that it accepts connections. */
async function untilListening(port: number): Promise<void> {
  for (;;) {
    const up = await fetch(`http://127.0.0.1:${port}/_/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (up) return
  }
}
