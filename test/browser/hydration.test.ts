// A page that was rendered on a server, and goes on in a real browser from where that was.
import { createClient } from '@websockets.do/client'
import { dehydrate, serialize } from '@websockets.do/react/server'
import type { Server } from '@websockets.do/server-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { bundle } from './support/bundle'
import { describeInChromium, useChromium } from './support/chromium'
import { HydratedPage } from './support/hydrated-page'
import { patient, startServer } from './support/live-server'

const script = `
import { createClient } from '@websockets.do/client'
import { createElement } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { HydratedPage } from './support/hydrated-page'
const state = JSON.parse(document.querySelector('#state').textContent)
hydrateRoot(document.querySelector('#root'), createElement(HydratedPage, { client: createClient(), state }), {
  onRecoverableError: (error) => console.error('recovered', error),
})`

async function render(server: Server): Promise<string> {
  const state = await dehydrate(
    { url: 'http://localhost', fetch: (input, init) => server.fetch(new Request(input, init)) },
    ['room'],
  )
  const root = renderToString(createElement(HydratedPage, { client: createClient({ url: 'http://localhost' }), state }))
  return `<!doctype html><link rel="icon" href="data:,"><title>Rendered</title><div id="root">${root}</div>
    <script id="state" type="application/json">${serialize(state)}</script><script type="module" src="/_/page.js"></script>`
}

describeInChromium('a page that a server rendered with its history', () => {
  const newContext = useChromium()

  it('goes on from there: what was said before it came to life is there once, in order, and nothing is missing [RS-2, I3]', async () => {
    const code = await bundle(script, import.meta.url, {
      define: { 'process.env.NODE_ENV': '"development"' },
      jsx: 'automatic',
    })
    let comeToLife!: () => void
    const isTime = new Promise<void>((resolve) => (comeToLife = resolve))
    const { server, url, join } = await startServer({
      async page(request) {
        const { pathname } = new URL(request.url)
        if (pathname === '/rendered') {
          return new Response(await render(server), { headers: { 'content-type': 'text/html; charset=utf-8' } })
        }
        if (pathname !== '/_/page.js') return undefined
        await isTime
        return new Response(code, { headers: { 'content-type': 'text/javascript' } })
      },
    })
    await join('room', 'Ann')
    const leaving = await join('room', 'Bob')
    const say = (n: number): unknown => server.channel('room').emit({ n, text: '</script><b>\u2028' })
    const said = (count: number): string =>
      Array.from({ length: count }, (_, n) => JSON.stringify({ n, text: '</script><b>\u2028' })).join()
    for (let n = 0; n < 3; n++) await say(n)

    const page = await (await newContext()).newPage()
    const complaints: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
    page.on('pageerror', (error) => void complaints.push(String(error)))
    await page.goto(`${url}/rendered`, { waitUntil: 'commit' })
    await expect.poll(() => page.textContent('#events'), patient).toBe(`ready: ${said(3)}`)
    expect(await page.textContent('#names')).toBe('Ann,Bob')
    expect(server.channel('room').members()).toHaveLength(2)

    leaving.close()
    for (let n = 3; n < 6; n++) await say(n)
    comeToLife()
    await expect.poll(() => page.textContent('#names'), patient).toBe('me,Ann')
    await say(6)
    await expect.poll(() => page.textContent('#events'), patient).toBe(`ready: ${said(7)}`)
    expect(complaints).toEqual([])
  })
})
