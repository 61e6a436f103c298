// What a refused listener learns in a browser, which is not shown the status of a failed upgrade.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { startServer } from './support/live-server'
import { Tab } from './support/tab'
import { bundle } from './support/bundle'

describeInChromium('a refused listener', () => {
  const newContext = useChromium()

  it('ends closed with FORBIDDEN, and does not try again [LI-6]', async () => {
    let attempts = 0
    const page = await clientPage()
    const server = await startServer({ page, authorize: ({ action }) => (action === 'listen' ? ++attempts < 1 : true) })
    const tab = await (await newContext()).newPage()
    await tab.clock.install()
    await tab.goto(`${server.url}/client`)
    await tab.getByText('closed FORBIDDEN 4403').waitFor()
    await tab.clock.fastForward('01:00:00')
    // Answered after whatever an hour's timers may have sent.
    expect(await tab.evaluate(async () => (await fetch('/lobby/emit?hello=world')).status)).toBe(200)
    expect(attempts).toBe(1)
    expect(await tab.locator('#log').textContent()).toBe('connecting; closed FORBIDDEN 4403')
  })

  it('is told so on the page, in words, and may try again by hand [LI-6]', async () => {
    let isWelcome = false
    const server = await startServer({ authorize: ({ action }) => action !== 'listen' || isWelcome })
    const tab = new Tab(await (await newContext()).newPage())
    await tab.page.goto(`${server.url}/`)
    await tab.is('Closed')
    await tab.page.getByText('The server does not allow it.').waitFor()
    isWelcome = true
    await tab.page.getByRole('button', { name: 'Connect again' }).click()
    await tab.is('Open')
  })
})

/** Serves a page that does nothing but to follow the status of a channel. */
async function clientPage(): Promise<(request: Request) => Response | undefined> {
  const script = await bundle(followStatus, import.meta.url)
  const files = new Map([
    ['/client', { type: 'text/html', body: clientHtml }],
    ['/_/client.js', { type: 'text/javascript', body: script }],
  ])
  return (request) => {
    const file = files.get(new URL(request.url).pathname)
    return file && new Response(file.body, { headers: { 'content-type': file.type } })
  }
}

const clientHtml = `<!doctype html>
<link rel="icon" href="data:,">
<p id="log"></p>
<script type="module" src="/_/client.js"></script>`

const followStatus = `
import { createClient } from '@websockets.do/client'
const words = []
const channel = createClient().channel('lobby')
function follow() {
  const { state, reason } = channel.status
  words.push(reason ? [state, reason.code, reason.closeCode].join(' ') : state)
  document.querySelector('#log').textContent = words.join('; ')
}
follow()
channel.on('status', follow)
`
