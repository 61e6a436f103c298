// Builds the client for ESM and CJS, minified, with the private protocol package inlined; the source map has it readable.
import { defineConfig } from 'tsup'
import { relativeMaps } from '../../scripts/relative-maps.mjs'
import { target, terserOptions } from './minify.mjs'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    contract: 'src/contract.ts',
    'event-stream': 'src/event-stream.ts',
    people: 'src/people.ts',
  },
  format: ['esm', 'cjs'],
  target,
  splitting: true,
  sourcemap: true,
  clean: true,
  minify: 'terser',
  terserOptions: { ...terserOptions, module: false, toplevel: true },
  plugins: [relativeMaps()],
  noExternal: [/^@websockets\.do\/protocol/],
  // By a path, so that the declarations inline every file of the protocol: found as a package, only its index would be.
  dts: {
    // Programs whose `lib` has no `Disposable` yet are given it.
    banner: '/// <reference lib="esnext.disposable" />',
    compilerOptions: {
      paths: {
        '@websockets.do/protocol': ['../protocol/src/index.ts'],
        '@websockets.do/protocol/contract': ['../protocol/src/contract.ts'],
      },
    },
  },
})
