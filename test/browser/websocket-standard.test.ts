// Chromium's own WebSocket, on our server: what it does in each scenario is what the one in memory has to do.
import { createServer } from '@websockets.do/server-core'
import { serve } from '@websockets.do/server-core/node'
import { expect, it, onTestFinished } from 'vitest'
import { scriptedDoors } from '../support/scripted-doors'
import { describeInChromium, useChromium } from './support/chromium'
import { bundle } from './support/bundle'

describeInChromium('a browser’s WebSocket', () => {
  const newContext = useChromium()

  it('does what is on record of it', async () => {
    const server = Object.assign(createServer({ limits: { handshakeTimeoutMs: 60_000 } }), scriptedDoors())
    const html = new Response('<!doctype html><link rel="icon" href="data:,">', {
      headers: { 'content-type': 'text/html' },
    })
    const { url, close } = await serve(server, {
      port: 0,
      page: ({ url: asked }) => (new URL(asked).pathname === '/' ? html : undefined),
    })
    onTestFinished(() => close({ drainMs: 0 }))
    const page = await (await newContext()).newPage()
    await page.goto(`${url}/`)
    await page.evaluate(await script())
    const observed = await page.evaluate(async () => {
      const { names, observe } = (globalThis as any).websockets
      const seen: Record<string, unknown> = {}
      for (const name of names) seen[name] = await observe(name)
      return seen
    })
    expect(Object.keys(observed).length).toBeGreaterThan(30)
    await expect(`${JSON.stringify(observed, null, 2)}\n`).toMatchFileSnapshot('../vectors/websocket-in-chromium.json')
  })
})

async function script(): Promise<string> {
  return await bundle(inPage, import.meta.url, { format: 'iife', charset: 'utf8', banner: { js: '"use strict";' } })
}

const inPage = `
import { observe, scenarios } from '../support/websocket-scenarios'
globalThis.websockets = {
  names: Object.keys(scenarios),
  async observe(name) {
    const uncaught = []
    const note = (event) => {
      uncaught.push(event.message)
      event.preventDefault()
    }
    addEventListener('error', note)
    const ask = async (path) => await (await fetch(path)).text()
    try {
      return await observe(name, { WebSocket, host: location.host, ask, uncaught })
    } finally {
      removeEventListener('error', note)
    }
  },
}
`
