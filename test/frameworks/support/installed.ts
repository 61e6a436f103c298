// The frameworks, which are installed beside the examples: whether they are there, and modules of theirs.
import { fileURLToPath } from 'node:url'
import { installReason } from '../../../scripts/installed.mjs'

const folder = new URL('../../../examples/', import.meta.url)

/** False where their tests are to be skipped. Under CI they must be there. */
export const hasFrameworks: boolean = isComplete()

/** A module of theirs, by its path below node_modules. */
export async function framework<Module>(path: string): Promise<Module> {
  return (await import(new URL(`node_modules/${path}`, folder).href)) as Module
}

function isComplete(): boolean {
  const reason = installReason(fileURLToPath(folder))
  if (!reason) return true
  const detail = `the frameworks are not installed in examples (${reason}): "npm ci --prefix examples" does that`
  if (process.env['CI']) throw new Error(`the examples must run, and ${detail}`)
  console.warn(`The tests with frameworks are skipped: ${detail}.`)
  return false
}
