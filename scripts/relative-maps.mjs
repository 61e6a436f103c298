// For the builds of the packages: tsup's source maps for CommonJS name the folder on the machine that built them, and are another everywhere.
import { readFile, writeFile } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'

/**
 * A plugin of tsup.
 * @returns {NonNullable<import('tsup').Options['plugins']>[number]}
 */
export function relativeMaps() {
  return {
    name: 'relative-maps',
    async buildEnd({ writtenFiles }) {
      const paths = writtenFiles.map(({ name }) => `${name}.map`).filter((path) => path.endsWith('.cjs.map'))
      for (const path of paths) {
        const map = JSON.parse(await readFile(path, 'utf8'))
        const sources = map.sources.map((/** @type {string} */ source) =>
          isAbsolute(source) ? basename(source) : source,
        )
        await writeFile(path, JSON.stringify({ ...map, file: basename(map.file), sources }))
      }
    },
  }
}
