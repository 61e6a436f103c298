// What breaks when the React compiler compiles a component, and what it would give up on: rules that oxlint has not. All else is oxlint's.
import parser from '@typescript-eslint/parser'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import { compilerRules } from './scripts/compiler-rules.mjs'

// A function that the compiler gives up on is checked no further, so that is an error too.
const givenUp = ['react-hooks/invariant', 'react-hooks/syntax', 'react-hooks/todo']
const names = [...Object.keys(reactHooks.configs.flat['recommended-latest'].rules), ...givenUp]

export default defineConfig(
  // ESLint would add every one of these by itself.
  globalIgnores(['**/*.{js,cjs,mjs}']),
  {
    files: ['{packages/react,page,examples/**}/src/**/*.{ts,tsx}', 'test/react/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': { rules: compilerRules } },
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    // The compiler leaves out a function in which a rule is switched off.
    linterOptions: { noInlineConfig: true },
    rules: Object.fromEntries(names.map((name) => [name, 'error'])),
  },
)
