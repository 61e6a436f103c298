// The WebSocket in memory, beside Chromium's: in each scenario it does what is on record of that one (test/browser/websocket-standard.test.ts).
import { readFileSync } from 'node:fs'
import { memory } from '@websockets.do/server-core/memory'
import { createMockServer } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { scriptedDoors } from '../support/scripted-doors'
import { type Engine, observe, scenarios } from '../support/websocket-scenarios'
import { collectUncaught } from './uncaught'

const record = JSON.parse(readFileSync(new URL('../vectors/websocket-in-chromium.json', import.meta.url), 'utf8'))
const names = Object.keys(scenarios)

describe('a WebSocket in memory does what a browser’s does: it', () => {
  it.each(names)('%s', async (name) => {
    const { url, WebSocket, fetch } = memory(scriptedDoors(), { url: 'http://127.0.0.1:8787' })
    expect(await observe(name, engine(url, WebSocket, fetch))).toEqual(record[name])
  })
})

describe('on a network that takes its time and trembles, it still', () => {
  it.each(names)('%s', async (name) => {
    const server = createMockServer({ url: 'http://127.0.0.1:8787', network: { latency: 30, jitter: 20 } })
    Object.assign(server.core(), scriptedDoors())
    const state = { isOver: false }
    const observing = observe(name, engine(server.url, server.WebSocket, server.fetch)).finally(
      () => (state.isOver = true),
    )
    while (!state.isOver) await server.settled()
    expect(await observing).toEqual(record[name])
  })
})

function engine(url: string, WebSocket: Engine['WebSocket'], fetch: typeof globalThis.fetch): Engine {
  const ask = async (path: string) => await (await fetch(path)).text()
  return { WebSocket, host: new URL(url).host, ask, uncaught: collectUncaught() }
}
