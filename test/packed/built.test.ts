// What is built is the same wherever it is built.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

it.each(['client', 'react', 'server-core'])('%s names no folder of the machine that built it', (name) => {
  const folder = join(root, 'packages', name, 'dist')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  )
  expect(files.length).toBeGreaterThan(10)
  const maps = files.filter((file) => file.endsWith('.cjs.map'))
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  expect(files.filter((file) => read(file).includes(root))).toEqual([])
  for (const file of maps) {
    const { sources } = JSON.parse(read(file)) as { sources: string[] }
    expect(sources.filter((source) => source.startsWith('/'))).toEqual([])
  }
})

it.each(['client', 'react', 'server-core'])('%s loads no chunk that does nothing, of which bundlers warn', (name) => {
  const folder = join(root, 'packages', name, 'dist')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  const bare = /^import ?["']\.{1,2}\/chunk-/m
  expect(files.filter((file) => bare.test(readFileSync(join(folder, file), 'utf8')))).toEqual([])
})
