// One project per kind of test; all of them read the packages' sources, never a stale build.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { findChromium } from './scripts/chromium.mjs'

const conditions = ['@websockets.do/source']

// `resolve` serves jsdom, `ssr.resolve` serves Node: both must know the condition, and vite replaces its defaults by what stands here.
const source = {
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: {
    resolve: {
      conditions: [...conditions, 'module', 'node', 'development|production'],
      externalConditions: [...conditions, 'node', 'module-sync'],
    },
  },
}

function react(name: string, major: string, alias: Record<string, string> = {}): TestProjectInlineConfiguration {
  return {
    ...source,
    resolve: { ...source.resolve, alias },
    test: {
      name,
      environment: 'jsdom',
      include: ['test/react/**/*.test.{ts,tsx}'],
      // What an older React has not.
      exclude: major === '18' ? ['test/react/**/*.react-19.test.tsx'] : [],
      // Testing Library unmounts after each test by a global `afterEach`, if there is one.
      globals: true,
      setupFiles: ['./packages/server-core/src/mock/vitest.ts', './test/react/support/complaints.ts'],
      env: { REACT_MAJOR: major },
    },
  }
}

// Whatever of them a file imports, its own or by what JSX becomes; they find each other as neighbours.
const react18 = Object.fromEntries(
  ['react', 'react-dom', '@testing-library/react'].map((name) => [
    name,
    fileURLToPath(new URL(`test/react-18/node_modules/${name}`, import.meta.url)),
  ]),
)
const hasReact18 = Object.values(react18).every((folder) => existsSync(folder))

// One at a time: these start browsers, servers and npm, and share the built packages.
const slow = { testTimeout: 60_000, hookTimeout: 180_000, fileParallelism: false }

export default defineConfig({
  ...source,
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{react,browser,packed,runtime,frameworks}/**', '**/node_modules/**'],
          setupFiles: ['./packages/server-core/src/mock/vitest.ts'],
        },
      },
      react('react', '19'),
      // Installed by `npm test`.
      ...(hasReact18 ? [react('react-18', '18', react18)] : []),
      {
        ...source,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          env: { CHROMIUM_PATH: findChromium() ?? '' },
          ...slow,
        },
      },
      {
        ...source,
        test: {
          name: 'runtime',
          environment: 'node',
          include: ['test/{runtime,frameworks}/*.test.ts', 'test/conformance/adapters.test.ts'],
          env: { CHROMIUM_PATH: findChromium() ?? '', TARGETS: 'others' },
          ...slow,
        },
      },
      {
        ...source,
        test: { name: 'packed', environment: 'node', include: ['test/packed/**/*.test.ts'], ...slow },
      },
    ],
  },
})
