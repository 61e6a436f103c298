// `npm run types`: type-checks every project of the repository, as many at a time as there are processors.
import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './ensure.mjs'
import { run, tool } from './run.mjs'

const projects = [
  'test/tsconfig.json',
  'packages/server-core/tsconfig.json',
  'packages/server-core/tsconfig.node.json',
  'packages/server-core/src/core/tsconfig.json',
  'packages/client/tsconfig.json',
  'packages/react/tsconfig.json',
  'packages/protocol/tsconfig.json',
  'page/tsconfig.json',
  'page/tsconfig.node.json',
  'examples/react-room/tsconfig.json',
  'examples/react-room/tsconfig.node.json',
  'tsconfig.json',
]

/** Every project's errors, each under the project's name; empty when all of them are right. */
export async function checkTypes() {
  const waiting = [...projects]
  const errors = new Map()
  const work = async () => {
    for (let project = waiting.shift(); project; project = waiting.shift()) {
      const { code, output } = await run(tool('tsc'), ['-p', project, '--pretty', 'false'], { quiet: true })
      if (code !== 0) errors.set(project, output)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return projects.flatMap((project) => (errors.has(project) ? [`${project}\n${errors.get(project)}`] : [])).join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  const errors = await checkTypes()
  if (errors) {
    console.error(errors)
    process.exitCode = 1
  }
}
