// The scenario in a process of its own: Node, Bun and Deno, which differ in how a file is run.
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { launch } from '../../support/launch'
import type { Step, Task } from '../support/task'

/** Fails unless the process ends by itself once the scenario is over: a client that is closed keeps nothing running. */
export async function runInProcess([command = '', ...args]: readonly string[], task: Task): Promise<Step[]> {
  const { child, says, ended } = launch(command, [...args, runner, JSON.stringify(task)])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [, record = ''] = await says(/^record (.*)$/m)
  const code = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000, 'still running'))])
  if (code !== 0) throw new Error(`expected the process to end by itself with 0, but: ${code}`)
  return JSON.parse(record) as Step[]
}

const runner = fileURLToPath(new URL('../runner.mjs', import.meta.url))
