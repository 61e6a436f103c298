// Builds every entry in one run for ESM and CJS, so that they share one context; React and the client stay outside, the private protocol package is inlined.
import { defineConfig } from 'tsup'
import { relativeMaps } from '../../scripts/relative-maps.mjs'
import { clientDirective } from './client-directive.mjs'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    hydration: 'src/hydration.ts',
    server: 'src/server.ts',
    suspense: 'src/suspense.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  splitting: true,
  sourcemap: true,
  clean: true,
  noExternal: [/^@websockets\.do\/protocol/],
  plugins: [relativeMaps(), clientDirective({ except: ['server'] })],
  dts: {
    compilerOptions: {
      // The client's built declarations, not its sources: types taken from those could name files that a user does not have.
      customConditions: [],
      // By a path, so that the declarations inline every file of the protocol: found as a package, only its index would be.
      paths: {
        '@websockets.do/protocol': ['../protocol/src/index.ts'],
        '@websockets.do/protocol/contract': ['../protocol/src/contract.ts'],
      },
    },
  },
})
