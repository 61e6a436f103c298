// Runs test files as somebody else's project would: in a vitest of their own, under the set-up of the mock server.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ChildTest {
  readonly title: string
  readonly status: string
  readonly failures: readonly string[]
}

export interface ChildRun {
  readonly tests: readonly ChildTest[]
  /** What it printed beside its report. */
  readonly stderr: string
}

/** `files` are TypeScript, by name; without an extension they get `.test.ts`. */
export async function runVitest(files: Readonly<Record<string, string>>): Promise<ChildRun> {
  // In the repository, where the packages are found.
  const folder = mkdtempSync(join(root, 'test/.scratch-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name.includes('.') ? name : `${name}.test.ts`), text)
    }
    writeFileSync(join(folder, 'vitest.config.mjs'), CONFIG)
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const { stdout, stderr } = await node([vitest, 'run', '--root', folder, '--reporter=json', '--no-color'])
    const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report
    const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
    return {
      tests: tests.map(({ title, status, failureMessages = [] }) => ({ title, status, failures: failureMessages })),
      stderr,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url))

const CONFIG = `
const conditions = ['@websockets.do/source', 'module', 'node', 'development|production']
export default {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@websockets.do/source', 'node', 'module-sync'] } },
  test: { setupFiles: ['../../packages/server-core/src/mock/vitest.ts'] },
}
`

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { title: string; status: string; failureMessages?: string[] }[]
  }[]
}

// A test that fails is what some of them are for.
function node(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, VITEST: '' } }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    )
  })
}
