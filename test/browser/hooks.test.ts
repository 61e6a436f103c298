// The hooks in a real browser, where every frame is a task of its own.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { bundle } from './support/bundle'
import { describeInChromium, useChromium } from './support/chromium'
import type { HooksSeen } from './support/hooks-page'
import { patient, startServer } from './support/live-server'

async function hooksFiles(): Promise<(request: Request) => Response | undefined> {
  const script = await bundle(`import './support/hooks-page'`, import.meta.url, {
    define: { 'process.env.NODE_ENV': '"development"' },
    jsx: 'automatic',
  })
  return ({ url }) => {
    const { pathname } = new URL(url)
    if (pathname === '/_/hooks.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
    return pathname === '/hooks' ? new Response(html, { headers: { 'content-type': 'text/html' } }) : undefined
  }
}

const html = `<!doctype html><link rel="icon" href="data:,"><title>Hooks</title><body><script type="module" src="/_/hooks.js"></script>`

const seenBy = (page: Page): Promise<HooksSeen> => page.evaluate(() => (globalThis as any).seen)
const shownBy = (page: Page, id: string): Promise<unknown> =>
  page.evaluate((of) => JSON.parse(document.querySelector(`#${of}`)?.textContent || 'null'), id)

describeInChromium('a page of components', () => {
  const newContext = useChromium()

  async function openHooks(): Promise<{ server: Awaited<ReturnType<typeof startServer>>; page: Page }> {
    const server = await startServer({
      page: await hooksFiles(),
      limits: { messagesPerSecond: 100_000, messageBurst: 100_000 },
    })
    const page = await (await newContext()).newPage()
    await page.goto(`${server.url}/hooks`)
    await expect.poll(() => page.textContent('#status'), patient).toBe('open')
    return { server, page }
  }

  it('hears each of 1,000 events that come at once, and renders what shows none of them not at all [I3]', async () => {
    const { server, page } = await openHooks()
    const { renders: before } = await seenBy(page)
    const all = Array.from({ length: 1_000 }, (_item, n) => ({ n }))
    for (const payload of all) void server.server.channel('room').emit(payload)
    await expect.poll(async () => (await seenBy(page)).heard.length, patient).toBe(1_000)
    await expect.poll(() => shownBy(page, 'events'), patient).toEqual(all.slice(-10))
    const { heard, renders } = await seenBy(page)
    expect(heard).toEqual(all)
    expect({ ...renders, Listed: 0 }).toEqual({ ...before, Listed: 0 })
    expect((renders['Listed'] ?? 0) - (before['Listed'] ?? 0)).toBeLessThan(500)
  })

  it('renders for 1,000 changes of presence no more often than a screen could show, and ends with the last', async () => {
    const { server, page } = await openHooks()
    const mover = await server.join('room', 'Mover')
    await expect.poll(() => shownBy(page, 'cursors'), patient).toEqual([null, null])
    const before = await page.evaluate(() => [performance.now(), (globalThis as any).seen.renders.Cursors])
    for (let cursor = 1; cursor <= 1_000; cursor++) mover.send({ type: 'PRESENCE', payload: { cursor } })
    await expect.poll(() => shownBy(page, 'cursors'), patient).toEqual([null, 1_000])
    const after = await page.evaluate(() => [performance.now(), (globalThis as any).seen.renders.Cursors])
    // What it may do at once, and one for each 16 ms that it took.
    expect(after[1] - before[1]).toBeLessThanOrEqual(64 + (after[0] - before[0]) / 16)
  })

  it('keeps the caret of an input that shows one’s own presence where it is', async () => {
    const { page } = await openHooks()
    await page.fill('#name', 'Aa')
    await page.focus('#name')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('d')
    await page.keyboard.type('ell')
    expect(await page.inputValue('#name')).toBe('Adella')
  })

  it('is one member, also under StrictMode [I14]', async () => {
    const { server, page } = await openHooks()
    await expect.poll(() => page.textContent('#status'), patient).toBe('open')
    expect(server.server.channel('room').members()).toHaveLength(1)
  })
})
