// Builds the client for ESM and CJS, with the private protocol package inlined.
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  splitting: true,
  sourcemap: true,
  clean: true,
  noExternal: [/^@websockets\.do\/protocol/],
  // By a path, so that the declarations inline every file of the protocol: found as a package, only its index would be.
  dts: { compilerOptions: { paths: { '@websockets.do/protocol': ['../protocol/src/index.ts'] } } },
})
