// A program in a process of its own, which has to end without being told to.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Runs an ES module, and resolves with the JSON that it printed once its process has ended. */
export async function endsByItself(program: string): Promise<unknown> {
  const flags = ['--conditions=@websockets.do/source', '--import', 'tsx', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: root })
  return JSON.parse(stdout)
}

const root = fileURLToPath(new URL('../..', import.meta.url))
