// Builds the hooks for ESM and CJS; React and the client stay outside, the directive for server components stays on top.
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', suspense: 'src/suspense.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  // Splitting rewrites the CJS output and puts code above the banner, where a directive no longer counts.
  splitting: false,
  sourcemap: true,
  clean: true,
  banner: { js: "'use client'" },
  // The client's built declarations, not its sources: types taken from those could name files that a user does not have.
  dts: { compilerOptions: { customConditions: [] } },
})
