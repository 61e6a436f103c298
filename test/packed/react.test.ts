// The hooks' entries as someone meets them who installs the package: one context, and the directive where a server component needs it.
import { SourceMap, type SourceMapping } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUser, type User } from './user'

let user: User
let files: Map<string, string>
beforeAll(async () => {
  user = await newUser()
  files = new Map((await user.dist('react')).map(({ file, text }) => [file, text]))
})
afterAll(() => user?.leave())

/** The entries of components. What they load is theirs as well. */
const clientEntries = ['index', 'hydration', 'suspense']
const serverEntries = ['server']

function reached(entries: readonly string[], extension: string): string[] {
  const found = new Set(entries.map((entry) => `${entry}.${extension}`))
  for (const file of found) {
    for (const [, name = ''] of files.get(file)!.matchAll(/["']\.\/([^"']+\.c?js)["']/g)) found.add(name)
  }
  return [...found]
}

describe.each(['js', 'cjs'])('of the files .%s', (extension) => {
  it('all that a component loads begin with the directive', () => {
    const beginnings = reached(clientEntries, extension).map((file) => files.get(file)!.slice(0, 13))
    expect(beginnings.length).toBeGreaterThan(clientEntries.length)
    expect(new Set(beginnings)).toEqual(new Set(["'use client';"]))
  })

  it('none that a server component loads has the directive, or React', () => {
    for (const file of reached(serverEntries, extension)) {
      expect(files.get(file)).not.toContain('use client')
      expect(files.get(file)).not.toMatch(/["']react\b/)
    }
  })

  it('there are no others', () => {
    const all = [...files.keys()].filter((file) => file.endsWith(`.${extension}`))
    expect(new Set(reached([...clientEntries, ...serverEntries], extension))).toEqual(new Set(all))
  })

  it('each is mapped to its sources', () => {
    const said = ['expected a <WebSocketsProvider>', 'expected what `dehydrate` gave', 'no answer within']
    const places = [...files]
      .filter(([file]) => file.endsWith(`.${extension}`))
      .flatMap(([file, text]) =>
        said.flatMap((words) => {
          const lines = text.split('\n')
          const line = lines.findIndex((one) => one.includes(words))
          if (line < 0) return []
          const map = JSON.parse(files.get(`${file}.map`)!) as ConstructorParameters<typeof SourceMap>[0]
          const found = new SourceMap(map).findEntry(line, lines[line]!.search(/\S/))
          const { originalSource, originalLine } = found as SourceMapping
          const source = map.sourcesContent[map.sources.indexOf(originalSource)]
          return [
            source
              ?.split('\n')
              .slice(originalLine, originalLine + 2)
              .some((one) => one.includes(words)),
          ]
        }),
      )
    expect(places).toEqual([true, true, true])
  })
})

const identity = `
  let seen
  const Child = () => [(seen = useClient()) && useMembers('room').length, suspending.useMembers('room').length].join()
  const client = createClient({ url: 'http://localhost' })
  hydrate(client, { version: 1, channels: [{ name: 'room', members: [{ clientID: 'a', presence: {} }] }] })
  const state = { version: 1, channels: [{ name: 'room', members: [{ clientID: 'b', presence: {} }, { clientID: 'c', presence: {} }] }] }
  const page = (child) => renderToString(createElement(WebSocketsProvider, { client }, child))
  const texts = [page(createElement(Child)), page(createElement(HydrationBoundary, { state }, createElement(Child)))]
  console.log(JSON.stringify({ texts, same: seen === client }))
`

it.each(['esm', 'cjs'] as const)('the entries share one context and one registry: %s', async (format) => {
  const imports = [
    ['{ createElement }', 'react'],
    ['{ renderToString }', 'react-dom/server'],
    ['{ createClient }', '@websockets.do/client'],
    ['{ useClient, useMembers, WebSocketsProvider }', '@websockets.do/react'],
    ['{ hydrate, HydrationBoundary }', '@websockets.do/react/hydration'],
    [format === 'esm' ? '* as suspending' : 'suspending', '@websockets.do/react/suspense'],
  ]
  const program = imports
    .map(([names, from]) =>
      format === 'esm' ? `import ${names} from '${from}'` : `const ${names} = require('${from}')`,
    )
    .join('\n')
  expect(await user.run(format, program + identity)).toEqual({ texts: ['1,1', '2,2'], same: true })
})

it.each(['esm', 'cjs'] as const)('a server component asks for a state without React: %s', async (format) => {
  const names = ['dehydrate', 'serialize'].join()
  const entry = '@websockets.do/react/server'
  const program = `
    const fetch = async (url) => Response.json(url.includes('members') ? { members: [] } : { epoch: null, seq: 0, history: [] })
    dehydrate({ url: 'http://localhost', fetch }, ['</script>']).then((state) => console.log(JSON.stringify(serialize(state))))
  `
  const load = format === 'esm' ? `import { ${names} } from '${entry}'` : `const { ${names} } = require('${entry}')`
  const text = await user.run(format, load + program)
  expect(text).toMatch(/^[^<]+$/)
  expect(JSON.parse(String(text))).toMatchObject({ version: 1, channels: [{ name: '</script>', members: [] }] })
})

it('declares one state for the server that makes it and the page that takes it over, in both formats', async () => {
  const program = `
    import { createServer } from '@websockets.do/server-core'
    import { createClient } from '@websockets.do/client'
    import { hydrate, type HydrationBoundaryProps } from '@websockets.do/react/hydration'
    import { dehydrate, type DehydratedState, serialize } from '@websockets.do/react/server'

    const server = createServer()
    const fetch: typeof globalThis.fetch = (input, init) => server.fetch(new Request(input, init))
    export const text = dehydrate({ url: 'http://in.process', fetch }, ['room'], { limit: 20 }).then(serialize)
    export async function props(): Promise<HydrationBoundaryProps> {
      const state: DehydratedState = JSON.parse(await text)
      hydrate(createClient(), state, { onError: ({ code }) => console.log(code) })
      return { state }
    }
    // @ts-expect-error The declarations must be found: what is not found is any, and fits a number.
    export const found: number = dehydrate
  `
  expect(await user.typeCheck({ 'esm.mts': program, 'cjs.cts': program })).toBe('')
})
