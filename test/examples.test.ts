// The frameworks of the examples lie between an example that is a workspace and the repository's packages: what both have must be one and the same.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string } | undefined>>
}

const read = <T>(path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')) as T

it('the room finds no other packages among the examples’ than the repository has', () => {
  const { dependencies, devDependencies } = read<Manifest>('examples/react-room/package.json')
  const [repository, examples] = [read<Lock>('package-lock.json'), read<Lock>('examples/package-lock.json')]
  const others = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => {
    const nearer = examples.packages[`node_modules/${name}`]?.version
    return nearer !== undefined && nearer !== repository.packages[`node_modules/${name}`]?.version
  })
  expect(others).toEqual([])
})
