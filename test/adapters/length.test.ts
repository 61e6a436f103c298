// Adapters convert, and do nothing else: each of their files is short.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../packages/server-core/src/adapters/', import.meta.url))
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** Lines that are neither blank nor comment. */
function linesOfCode(text: string): number {
  const withoutBlocks = text.replace(/^\s*\/\*[\s\S]*?\*\/[ \t]*$/gm, '')
  return withoutBlocks.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length
}

it('counts lines of code, and neither blank ones nor comments', () => {
  expect(linesOfCode('// a\n\n/** b */\n/**\n * c\n */\nconst d = 1 // e\n  // f\n')).toBe(1)
})

it.each(files)('%s has at most 200 lines of code', (file) => {
  expect(linesOfCode(readFileSync(join(folder, file), 'utf8'))).toBeLessThanOrEqual(200)
})
