// Every TypeScript block of the documents compiles against the packages' sources, under the strictest of our own settings.
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { allBlocks, root } from './blocks'

const programs = allBlocks().filter(({ language }) => language === 'ts' || language === 'tsx')
const virtual = new Map(
  programs.map(({ at, language, text, name = `${at.replace(/\W/g, '-')}.${language}` }) => [
    join(root, 'test', name),
    { at, text: `${text}\nexport {}\n` },
  ]),
)

describe('the documents’ TypeScript', () => {
  it('is there at all', () => {
    expect(programs.length).toBeGreaterThan(8)
  })

  it('compiles, each block on its own, beside those that say their name', { timeout: 60_000 }, () => {
    const { config } = ts.readConfigFile(join(root, 'test/tsconfig.json'), (path) => ts.sys.readFile(path))
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, join(root, 'test'))
    const host = ts.createCompilerHost(options)
    const { fileExists, readFile, getSourceFile } = host
    host.fileExists = (path) => virtual.has(path) || fileExists.call(host, path)
    host.readFile = (path) => virtual.get(path)?.text ?? readFile.call(host, path)
    host.getSourceFile = (path, languageVersion, ...rest) => {
      const block = virtual.get(path)
      return block
        ? ts.createSourceFile(path, block.text, languageVersion, true)
        : getSourceFile.call(host, path, languageVersion, ...rest)
    }
    // As the guide to testing has its reader do, for the matchers.
    const setUp = join(root, 'packages/server-core/src/mock/vitest.ts')
    const program = ts.createProgram([...virtual.keys(), setUp], options, host)
    const faults = [...virtual].flatMap(([path, { at }]) => {
      const file = program.getSourceFile(path)
      const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      return diagnostics.map(({ start = 0, messageText }) => {
        const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
        return `${at}, line ${line} of the block: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      })
    })
    expect(faults).toEqual([])
  })
})
