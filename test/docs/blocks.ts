// The code blocks of the project's own documents.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Block {
  /** `README.md:12` */
  readonly at: string
  readonly language: string
  readonly text: string
  /** The file that it says to be, in its first line: `// port-adapter.ts`. Others may import it. */
  readonly name?: string
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

function documents(): string[] {
  const docs = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)
  const packages = ['client', 'react', 'server-core'].map((name) => `packages/${name}/README.md`)
  const examples = ['examples/README.md', 'examples/react-room/README.md']
  return ['README.md', 'CONTRIBUTING.md', ...examples, ...docs, ...packages].filter((path) => path.endsWith('.md'))
}

export function blocksOf(path: string): Block[] {
  const text = readFileSync(join(root, path), 'utf8')
  return Array.from(text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm), ({ 1: language = '', 2: body = '', index }) => {
    const [, name] = /^\/\/ ([\w.-]+\.tsx?)\n/.exec(body) ?? []
    return { at: `${path}:${text.slice(0, index).split('\n').length}`, language, text: body, ...(name && { name }) }
  })
}

export function allBlocks(): Block[] {
  return documents().flatMap(blocksOf)
}
