// A program for a page, from the packages' sources.
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

/** `source` is TypeScript; its relative imports are relative to `from`, a file's URL. */
export async function bundle(source: string, from: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    format: 'esm',
    platform: 'browser',
    conditions: ['@websockets.do/source'],
    external: ['isomorphic-ws'],
    ...options,
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', from)), loader: 'ts' },
    bundle: true,
    write: false,
  })
  return outputFiles?.[0]?.text ?? ''
}
