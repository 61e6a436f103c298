// Vite: one plugin, and the channels are below /realtime of the dev server, beside its hot reloading.
import { createServer } from '@websockets.do/server-core'
import { websockets } from '@websockets.do/server-core/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [websockets(createServer(), { basePath: '/realtime' })],
})
