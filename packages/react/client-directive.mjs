// Puts 'use client' in front of what was built. A banner would not do: for CJS it ends up below other code, where a directive does not count.
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'

const DIRECTIVE = "'use client';\n"

/**
 * A plugin of tsup. The entries of `except`, and whatever they load, are for server components as well.
 * @param {{ except: readonly string[] }} options
 * @returns {NonNullable<import('tsup').Options['plugins']>[number]}
 */
export function clientDirective({ except }) {
  return {
    name: 'client-directive',
    async buildEnd({ writtenFiles }) {
      const names = writtenFiles.map(({ name }) => name).filter((name) => /\.c?js$/.test(name))
      /** @type {Map<string, { path: string, code: string }>} */
      const files = new Map()
      for (const path of names) files.set(basename(path), { path, code: await readFile(path, 'utf8') })
      const ofServer = new Set([...files.keys()].filter((name) => except.includes(name.replace(/\.c?js$/, ''))))
      for (const name of ofServer) {
        for (const [, loaded = ''] of files.get(name)?.code.matchAll(/["']\.\/([^"']+\.c?js)["']/g) ?? [])
          ofServer.add(loaded)
      }
      for (const [name, { path, code }] of files) {
        if (!ofServer.has(name)) await prepend(path, code)
      }
    },
  }
}

/**
 * @param {string} path
 * @param {string} code
 */
async function prepend(path, code) {
  const map = JSON.parse(await readFile(`${path}.map`, 'utf8'))
  await writeFile(path, DIRECTIVE + code)
  // One line more, of which nothing comes from a source.
  await writeFile(`${path}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }))
}
