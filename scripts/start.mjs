// `npm start`: serves the page, after installing and building what is missing.
import { ensureBuilt, ensureInstalled } from './ensure.mjs'

await ensureInstalled()
await ensureBuilt('@websockets.do/page...')

// In this process: one less between a signal and the server.
await import(new URL('../page/dist/serve.js', import.meta.url).href)
