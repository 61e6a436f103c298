// Another program, watched through what it prints, until the test is over.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves with the first match, or rejects when the program ends without one. */
  says(what: RegExp): Promise<RegExpExecArray>
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** In the root of the repository. */
export function launch(command: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, PORT: '', ...env } })
  let output = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk)
      for (const check of waiting) check()
    })
  }
  const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  // Who waits for it hears it; who does not, need not.
  ended.catch(() => undefined)
  return {
    child,
    ended,
    output: () => output,
    says: (what) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = what.exec(output)
          if (found) resolve(found)
        }
        waiting.add(check)
        check()
        ended.then(
          (code) => reject(new Error(`ended with ${code} before it said ${what}: ${output}`)),
          (error: unknown) => reject(error as Error),
        )
      }),
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url))
