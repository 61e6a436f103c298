// Two lock files lie above this folder: packages are to be looked for from the repository's root on.
import { fileURLToPath } from 'node:url'

export default {
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
}
