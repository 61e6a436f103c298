// Compares what the lock file asks for with what npm has noted it installed: file dates say nothing after a checkout.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/**
 * Why an install is due, or undefined when node_modules is as the lock file says.
 * @param {string} [folder] where package.json is
 * @returns {string | undefined}
 */
export function installReason(folder = root) {
  if (!existsSync(join(folder, 'node_modules'))) return 'node_modules is missing'
  const wanted = packagesOf(join(folder, 'package-lock.json'))
  if (!wanted) return undefined
  const present = packagesOf(join(folder, 'node_modules', '.package-lock.json'))
  if (!present) return 'node_modules was not finished by npm'
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue
    const found = present[path]
    if (!found && entry.optional) continue
    if (!found) return `${path} is missing`
    if (found.version !== entry.version) return `${path} is ${found.version}, the lock file says ${entry.version}`
  }
  return undefined
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function packagesOf(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}
