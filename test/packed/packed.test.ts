// What npm would publish, as someone meets it who installs it: nothing missing, nothing extra, in both module formats.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUser, packages, root, type User } from './user'

const entries = [
  '@websockets.do/server-core',
  '@websockets.do/server-core/contract',
  '@websockets.do/server-core/node',
  '@websockets.do/server-core/memory',
  '@websockets.do/server-core/mock',
  '@websockets.do/server-core/mock/msw',
  '@websockets.do/server-core/mock/mock-socket',
  '@websockets.do/server-core/mock/playwright',
  '@websockets.do/server-core/conformance',
  '@websockets.do/client',
  '@websockets.do/client/contract',
  '@websockets.do/react',
  '@websockets.do/react/hydration',
  '@websockets.do/react/server',
  '@websockets.do/react/suspense',
]

let user: User
beforeAll(async () => {
  user = await newUser()
})
afterAll(() => user?.leave())

describe.each(packages)('the tarball of %s', (name) => {
  it('holds the build, the licence, the readme and nothing else', () => {
    const outside = user.packed[name].filter((path) => !path.startsWith('dist/'))
    expect(outside.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json'])
  })

  it('never names the private protocol package', async () => {
    const built = await user.dist(name)
    expect(built.filter(({ file }) => /\.d\.c?ts$/.test(file))).not.toEqual([])
    const code = built.filter(({ file }) => !file.endsWith('.map'))
    expect(code.filter(({ text }) => text.includes('@websockets.do/protocol')).map(({ file }) => file)).toEqual([])
  })

  it('declares nothing by a file that is not there', async () => {
    const built = await user.dist(name)
    const files = new Set(built.map(({ file }) => file))
    const missing = built
      .filter(({ file }) => /\.d\.c?ts$/.test(file))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/(?:from|import\() ?['"](\.[^'"]+)/g)].map(([, path = '']) => join(dirname(file), path)),
      )
      .filter((path) => !files.has(path.replace(/\.(c?)js$/, '.d.$1ts')))
    expect(missing).toEqual([])
  })
})

it.each(entries)('%s loads as ESM and as CJS, with the same exports', async (entry) => {
  const esm = await user.run('esm', `console.log(JSON.stringify(Object.keys(await import('${entry}'))))`)
  const cjs = await user.run('cjs', `console.log(JSON.stringify(Object.keys(require('${entry}'))))`)
  expect(esm).not.toEqual([])
  expect(new Set(cjs as string[])).toEqual(new Set(esm as string[]))
})

const misuse = `
  let thrown
  try { attach(createServer(), {}, {}) } catch (error) { thrown = error }
  console.log(JSON.stringify({ code: thrown?.code, same: thrown instanceof WebSocketsError }))
`

it('shares one copy of the server between its entries in ESM', async () => {
  const imports = `
    import { createServer, WebSocketsError } from '@websockets.do/server-core'
    import { attach } from '@websockets.do/server-core/node'
  `
  expect(await user.run('esm', imports + misuse)).toEqual({ code: 'BAD_PARAMETER', same: true })
})

it('shares one copy of the server between its entries in CJS', async () => {
  const imports = `
    const { createServer, WebSocketsError } = require('@websockets.do/server-core')
    const { attach } = require('@websockets.do/server-core/node')
  `
  expect(await user.run('cjs', imports + misuse)).toEqual({ code: 'BAD_PARAMETER', same: true })
})

it('loads ws for the client only when a connection needs it', async () => {
  const program = `
    const { createClient } = require('@websockets.do/client')
    const loaded = Object.keys(require.cache).filter((path) => /node_modules.(isomorphic-)?ws./.test(path))
    console.log(JSON.stringify({ createClient: typeof createClient, loaded }))
  `
  expect(await user.run('cjs', program)).toEqual({ createClient: 'function', loaded: [] })
})

it('declares one server for all entries, in both formats', async () => {
  const program = `
    import { createServer as createHttpServer } from 'node:http'
    import { createServer, type Server } from '@websockets.do/server-core'
    import { memory } from '@websockets.do/server-core/memory'
    import { attach } from '@websockets.do/server-core/node'
    import { createClient } from '@websockets.do/client'

    const server: Server = createServer()
    export const attached = attach(server, createHttpServer(), { basePath: '/realtime' })
    export const url: string = memory(server).url
    // @ts-expect-error The client's declarations must be found: what is not found is any, and fits a number.
    export const found: number = createClient
  `
  expect(await user.typeCheck({ 'esm.mts': program, 'cjs.cts': program })).toBe('')
})

it('declares contracts that server and client understand alike, in both formats, without a package for their types', async () => {
  const program = `
    import type { Channel, ContractTypes } from '@websockets.do/client'
    import { defineChannel } from '@websockets.do/client/contract'
    import { createServer } from '@websockets.do/server-core'
    import { z } from 'zod'

    const room = defineChannel({ events: { sized: z.string().transform((text) => text.length) } })
    createServer({ contracts: { room } })
    export const size = (channel: Channel<ContractTypes<typeof room>>) => {
      void channel.emit('sized', 'four')
      channel.on('sized', ({ data }) => data.toFixed())
      // @ts-expect-error The schema takes a text.
      void channel.emit('sized', 4)
    }
    // @ts-expect-error A channel's own kinds of events are reserved.
    defineChannel({ events: { error: z.string() } })
  `
  expect(await user.typeCheck({ 'esm.mts': program, 'cjs.cts': program })).toBe('')
})

it('declares a client for programs of a browser alone, whose `lib` does not know what `using` takes', async () => {
  const program = `
    import { createClient } from '@websockets.do/client'
    import { eventStream } from '@websockets.do/client/event-stream'
    import { people } from '@websockets.do/client/people'

    const channel = createClient({ fallback: eventStream }).channel('room')
    export const count: number = people(channel.members).length
    channel[Symbol.dispose]()
  `
  const options = { types: [], lib: ['es2022', 'dom'], skipLibCheck: false }
  expect(await user.typeCheck({ 'esm.mts': program, 'cjs.cts': program }, [], options)).toBe('')
})

const reactTypes = [
  { major: 18, from: 'test/react-18/node_modules', onlyHere: 'useRef<number>()' },
  { major: 19, from: 'node_modules', onlyHere: 'use' },
].map((types) => ({ ...types, path: join(root, types.from, '@types', 'react') }))

describe.each(reactTypes)('the hooks, with the types of React $major', ({ path, onlyHere }) => {
  it.skipIf(!existsSync(path)).each([
    ['ESM', { module: 'esnext', moduleResolution: 'bundler' }],
    ['CJS', { module: 'nodenext' }],
  ])('are declared for components in %s', async (_, format) => {
    const program = `
      import { createClient } from '@websockets.do/client'
      import { useChannel, useEvent, useMembers, usePresence, WebSocketsProvider } from '@websockets.do/react'
      import * as react from 'react'

      function Room({ name }: { name: string }) {
        const { status, emit } = useChannel(name)
        const count: number = useMembers(name, (members) => members.length)
        const [, setPresence] = usePresence(name)
        useEvent(name, ({ payload }) => console.log(payload))
        react.useEffect(() => setPresence({ name: 'Ann' }), [setPresence])
        return <button onClick={() => void emit('hello', count)}>{status.state}</button>
      }

      export const app: react.ReactElement = (
        <WebSocketsProvider client={createClient()}>
          <Room name="room" />
        </WebSocketsProvider>
      )
      export const onlyHere = () => react.${onlyHere}
      // @ts-expect-error The declarations must be found: what is not found is any, and fits a number.
      export const found: number = useChannel
    `
    const paths = { react: [path], 'react/*': [`${path}/*`] }
    const options = { ...format, paths, jsx: 'react-jsx', types: [], lib: ['es2022', 'dom'], skipLibCheck: false }
    expect(await user.typeCheck({ 'app.tsx': program }, [], options)).toBe('')
  })
})

it('loads nothing of contracts for a client that has none', async () => {
  const files = new Map((await user.dist('client')).map(({ file, text }) => [file, text]))
  const reached = new Set(['index.js'])
  for (const file of reached) {
    for (const [, name = ''] of files.get(file)!.matchAll(/["']\.\/([^"']+\.js)["']/g)) reached.add(name)
  }
  expect([...files].filter(([, text]) => text.includes('~standard'))).not.toEqual([])
  expect([...reached].filter((file) => files.get(file)!.includes('~standard'))).toEqual([])
})

it.each(['client', 'server-core'])('throws the errors of %s itself for what is no contract', async (name) => {
  const program = `
    let thrown
    try { defineChannel({ events: { error: 1 } }) } catch (error) { thrown = error }
    console.log(JSON.stringify({ code: thrown?.code, same: thrown instanceof WebSocketsError }))
  `
  const entry = `@websockets.do/${name}`
  const esm = `import { WebSocketsError } from '${entry}'; import { defineChannel } from '${entry}/contract'`
  const cjs = `const { WebSocketsError } = require('${entry}'), { defineChannel } = require('${entry}/contract')`
  expect(await user.run('esm', esm + program)).toEqual({ code: 'BAD_PARAMETER', same: true })
  expect(await user.run('cjs', cjs + program)).toEqual({ code: 'BAD_PARAMETER', same: true })
})

it('teaches TypeScript the matchers by one line of its configuration', async () => {
  const program = `
    import { createMockServer } from '@websockets.do/server-core/mock'
    import { mswHandlers } from '@websockets.do/server-core/mock/msw'
    import { mockSocket } from '@websockets.do/server-core/mock/mock-socket'
    import { createClient } from '@websockets.do/client'
    import { expect } from 'vitest'

    const server = createMockServer()
    export const handlers = mswHandlers(server, 'https://api.example')
    export const bridge = mockSocket(server, 'https://api.example')
    expect(createClient(server).channel('room')).toHaveMembers([await server.connect('room')])
    // @ts-expect-error A frame is named by its type or by its fields.
    expect(await server.connect('room')).toReceive(1)
  `
  expect(await user.typeCheck({ 'matchers.mts': program }, ['@websockets.do/server-core/mock/vitest'])).toBe('')
})

it('is one server for the mock and its bridges, in both formats', async () => {
  const program = `
    const server = createMockServer()
    const bridge = mockSocket(server, 'https://api.example', { mock: false })
    const socket = new bridge.WebSocket('wss://api.example/room/listen')
    socket.onmessage = ({ data }) => {
      console.log(JSON.stringify({ type: JSON.parse(data).type, members: server.members('room').length }))
      bridge.close()
    }
  `
  const imports = [
    ['{ createMockServer }', '@websockets.do/server-core/mock'],
    ['{ mockSocket }', '@websockets.do/server-core/mock/mock-socket'],
  ]
  const esm = imports.map(([names, entry]) => `import ${names} from '${entry}'`).join('\n')
  const cjs = imports.map(([names, entry]) => `const ${names} = require('${entry}')`).join('\n')
  expect(await user.run('esm', esm + program)).toEqual({ type: 'CONNECTED', members: 1 })
  expect(await user.run('cjs', cjs + program)).toEqual({ type: 'CONNECTED', members: 1 })
})
