// Builds the page as one self-contained browser module, and the server that serves it for Node.
import { copyFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'

export default defineConfig([
  {
    entry: { page: 'src/main.tsx' },
    tsconfig: 'tsconfig.json',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    splitting: false,
    noExternal: [/.*/],
    env: { NODE_ENV: 'production' },
    onSuccess: () => copyFile('src/index.html', 'dist/index.html'),
  },
  {
    entry: { serve: 'src/serve.ts' },
    tsconfig: 'tsconfig.node.json',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
  },
])
