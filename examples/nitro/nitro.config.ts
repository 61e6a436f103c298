// Nitro 3: WebSockets are off unless they are asked for.
import { defineConfig } from 'nitro'

export default defineConfig({ serverDir: './', features: { websocket: true } })
