// How Vite builds the app, and serves it in development.
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // The packages' sources, so that nothing has to be built first. An app of your own needs none of this.
  resolve: { conditions: ['@websockets.do/source', ...defaultClientConditions] },
})
