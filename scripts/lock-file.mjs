// Whether the lock files install anywhere: tied to no registry, and complete enough for `npm ci`, which never repairs one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.mjs'

const folders = ['.', 'test/runtime', 'test/react-18', 'examples'].map((path) => join(root, path))

/** @returns {Promise<{ code: number, output: string }>} */
export async function checkLockFiles() {
  for (const folder of folders) {
    const addresses = addressesInLockFile(folder)
    if (addresses) return { code: 1, output: addresses }
    const complete = await run('npm', ['ci', '--dry-run', '--offline'], { quiet: true, cwd: folder })
    if (complete.code !== 0) return complete
  }
  return { code: 0, output: '' }
}

/** @param {string} folder */
function addressesInLockFile(folder) {
  /** @type {Record<string, { resolved?: string }>} */
  const packages = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages
  return Object.entries(packages)
    .filter(([, entry]) => entry.resolved?.includes('://'))
    .map(([path, entry]) => `${path} is tied to ${entry.resolved}`)
    .join('\n')
}
