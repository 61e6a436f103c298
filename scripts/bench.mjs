// `npm run bench`: measures the built packages; it prints figures and ratios, and never fails for being slow.
import { ensureBuilt, ensureInstalled } from './ensure.mjs'

await ensureInstalled()
await ensureBuilt()
const { benchMock } = await import(new URL('../bench/mock.mjs', import.meta.url).href)
await benchMock()
await import(new URL('../bench/in-process.mjs', import.meta.url).href)
await import(new URL('../bench/dispatch.mjs', import.meta.url).href)
