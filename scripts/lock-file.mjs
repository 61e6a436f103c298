// Whether the lock file installs anywhere: tied to no registry, and complete enough for `npm ci`, which never repairs one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.mjs'

/** @returns {Promise<{ code: number, output: string }>} */
export async function checkLockFile() {
  const addresses = addressesInLockFile()
  if (addresses) return { code: 1, output: addresses }
  return run('npm', ['ci', '--dry-run', '--offline'], { quiet: true })
}

function addressesInLockFile() {
  /** @type {Record<string, { resolved?: string }>} */
  const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(packages)
    .filter(([, entry]) => entry.resolved?.includes('://'))
    .map(([path, entry]) => `${path} is tied to ${entry.resolved}`)
    .join('\n')
}
