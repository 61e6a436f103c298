// Every shell line of the documents does what it is there for: curl runs against a server, npm names scripts and packages that exist.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createServer } from '@websockets.do/server-core'
import { serve, type Served } from '@websockets.do/server-core/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allBlocks, root } from './blocks'

const LANGUAGES = new Set(['ts', 'tsx', 'sh', 'json', 'text'])
const blocks = allBlocks()
const lines = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ at, text }) => text.split('\n').map((line) => ({ at, line: line.trim() })))
  .filter(({ line }) => line !== '' && !line.startsWith('#'))
const curls = lines.filter(({ line }) => line.startsWith('curl '))
const npms = lines.filter(({ line }) => /^np[mx] /.test(line))

interface Manifest {
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest
}

describe('the documents’ commands', () => {
  let served: Served
  beforeAll(async () => {
    served = await serve(createServer({ history: { readable: true } }), { port: 0 })
  })
  afterAll(async () => await served.close({ drainMs: 0 }))

  it('are all of a kind that is tested', () => {
    expect(blocks.filter(({ language }) => !LANGUAGES.has(language)).map(({ at }) => at)).toEqual([])
    expect(lines.filter((line) => !curls.includes(line) && !npms.includes(line))).toEqual([])
    expect(curls.length).toBeGreaterThan(3)
  })

  it.each(curls)('answers $line with success ($at)', async ({ line }) => {
    const command = line.replaceAll('localhost:8787', `127.0.0.1:${served.port}`)
    const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent --show-error --fail-with-body`])
    const answer = JSON.parse(stdout) as { success?: boolean; members?: unknown[]; history?: unknown[] }
    expect(answer.success === true || Array.isArray(answer.members) || Array.isArray(answer.history)).toBe(true)
  })

  it.each(npms)('names a script or packages that exist: $line ($at)', ({ line }) => {
    const [, command = '', ...rest] = line.split(/\s+/)
    const [, workspace = '.'] = / (?:-w|--prefix) (\S+)/.exec(line) ?? []
    const { scripts = {}, devDependencies = {} } = manifest(workspace)
    if (command === 'install') {
      const ours = ['client', 'react', 'server-core'].map((name) => `@websockets.do/${name}`)
      const peers = Object.keys(manifest('packages/server-core').peerDependencies ?? {})
      for (const name of rest.filter((word) => word !== '--save-dev'))
        expect([...ours, ...peers, 'react']).toContain(name)
    } else if (command === 'ci') {
      expect(existsSync(join(root, workspace, 'package-lock.json'))).toBe(true)
    } else if (line.startsWith('npx ')) {
      expect(Object.keys(devDependencies)).toContain(command)
    } else {
      expect(Object.keys(scripts)).toContain(command === 'run' ? rest[0] : command)
    }
  })

  it.each(blocks.filter(({ language }) => language === 'json'))('shows JSON that is JSON ($at)', ({ text }) => {
    expect(() => void JSON.parse(text)).not.toThrow()
  })
})
