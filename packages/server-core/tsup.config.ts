// Builds every entry in one run, so that all of them share one copy of the core in each format.
import { defineConfig } from 'tsup'
import { noBareImports } from '../../scripts/no-bare-imports.mjs'
import { relativeMaps } from '../../scripts/relative-maps.mjs'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    contract: 'src/contract.ts',
    cloudflare: 'src/adapters/cloudflare.ts',
    node: 'src/adapters/node.ts',
    bun: 'src/adapters/bun.ts',
    deno: 'src/adapters/deno.ts',
    memory: 'src/adapters/memory.ts',
    crossws: 'src/adapters/crossws.ts',
    vite: 'src/adapters/vite.ts',
    mock: 'src/mock/index.ts',
    'mock/msw': 'src/mock/msw.ts',
    'mock/mock-socket': 'src/mock/mock-socket.ts',
    'mock/playwright': 'src/mock/playwright.ts',
    'mock/vitest': 'src/mock/vitest.ts',
    conformance: 'src/conformance/index.ts',
  },
  tsconfig: 'tsconfig.node.json',
  format: ['esm', 'cjs'],
  target: 'es2022',
  splitting: true,
  sourcemap: true,
  clean: true,
  plugins: [noBareImports(), relativeMaps()],
  noExternal: [/^@websockets\.do\/protocol/],
  // By a path, so that the declarations inline every file of the protocol: found as a package, only its index would be.
  dts: {
    compilerOptions: {
      paths: {
        '@websockets.do/protocol': ['../protocol/src/index.ts'],
        '@websockets.do/protocol/contract': ['../protocol/src/contract.ts'],
      },
    },
  },
})
