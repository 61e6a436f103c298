// `npm run build`: builds every package whose inputs have changed.
import { ensureBuilt, ensureInstalled } from './ensure.mjs'

await ensureInstalled()
await ensureBuilt()
