// `npm start`: serves the page, after installing and building what is missing.
import { ensureBuilt, ensureInstalled } from './ensure.mjs'

await ensureInstalled()
await ensureBuilt('@websockets.do/page...')

// In this process, so that Ctrl-C and a supervisor's signal reach the server and nothing in between.
await import(new URL('../page/dist/serve.js', import.meta.url).href)
