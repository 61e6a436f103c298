// The frameworks, which are installed beside the examples: whether they are there, and modules of theirs.
import { fileURLToPath } from 'node:url'
import { installReason } from '../../../scripts/installed.mjs'

const folder = new URL('../../../examples/', import.meta.url)

export const hasFrameworks: boolean = installReason(fileURLToPath(folder)) === undefined

/** A module of theirs, by its path below node_modules. */
export async function framework<Module>(path: string): Promise<Module> {
  return (await import(new URL(`node_modules/${path}`, folder).href)) as Module
}
