// The page itself: quiet in the console, whole at every size, in light and dark, and usable by keyboard.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { startServer } from './support/live-server'
import { openTab, Tab } from './support/tab'

describeInChromium('the page', () => {
  const newContext = useChromium()
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'websockets.do-page-'))
    console.info(`Screenshots of the page are in ${folder}`)
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it.each([
      [360, 740],
      [1280, 800],
    ])(`has no complaint in the console and fits into %i × %i, ${colorScheme}`, async (width, height) => {
      const server = await startServer()
      const context = await newContext({ viewport: { width, height }, colorScheme })
      const tab = new Tab(await context.newPage())
      await tab.page.goto(`${server.url}/`)
      await tab.rename('Ada')
      for (const name of ['Robot', 'Grace', `Somebody ${'with a long name '.repeat(8)}`]) {
        await server.join('lobby', name, { autoAck: true })
      }
      await expect.poll(async () => (await tab.names()).length).toBe(4)
      await server.server
        .channel('lobby')
        .emit({ word: 'x'.repeat(3_000), list: Array.from({ length: 80 }, (_, at) => at) })
      await tab.requireAck()
      await tab.emit({ hello: 'world' })
      await tab.reports('200 · Acknowledged by all 4 members')
      await tab.page.getByRole('button', { name: 'Show all' }).click()
      await tab.hears({ hello: 'world' })
      const overflow = await tab.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement
        return scrollWidth - clientWidth
      })
      expect(overflow).toBe(0)
      await tab.page.screenshot({ path: join(folder, `${width}x${height}-${colorScheme}.png`), fullPage: width < 900 })
      expect(tab.faults).toEqual([])
    })
  }

  it('moves nothing but the list itself when events arrive', async () => {
    const server = await startServer()
    const tab = await openTab(await newContext(), server, 'lobby', 'Ada')
    await tab.page.evaluate(() => {
      const shifts = { total: 0 }
      Object.assign(globalThis, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number
          sources: { node: Node | null }[]
        })[]) {
          const isOutside = entry.sources.some(({ node }) => !(node instanceof Element) || !node.closest('.event-rows'))
          if (isOutside) shifts.total += entry.value
        }
      }).observe({ type: 'layout-shift', buffered: false })
    })
    const before = await boxes(tab)
    for (let count = 1; count <= 30; count++)
      await server.server.channel('lobby').emit({ count, text: 'text '.repeat(count * 10) })
    await expect.poll(async () => (await tab.payloads()).length).toBe(30)
    expect(await boxes(tab)).toEqual(before)
    expect(await tab.page.evaluate(() => (globalThis as any).shifts.total)).toBe(0)
  })

  it('can be used by keyboard alone', async () => {
    const server = await startServer()
    const tab = await openTab(await newContext(), server, 'lobby', 'Ada')
    await server.join('lobby', 'Robot', { autoAck: true })
    await tab.sees(['Ada', 'Robot'])
    await tab.page.getByRole('checkbox', { name: 'Robot' }).focus()
    await tab.page.keyboard.press('Space')
    await tab.page.getByLabel('Payload').focus()
    await tab.page.keyboard.press('Control+A')
    await tab.page.keyboard.type('{"by":"keyboard"}')
    await tab.page.keyboard.press('Control+Enter')
    await tab.reports('200 · Sent to 1 member')
    await tab.page.keyboard.press('Tab')
    const outline = await tab.page.evaluate(() => {
      const focused = document.activeElement
      const shown = focused?.matches('.segment input') ? focused.nextElementSibling : focused
      return shown && getComputedStyle(shown).outlineStyle
    })
    expect(outline).toBe('solid')
  })

  it('shows a line for curl that reaches the channel, whatever it is called', async () => {
    const server = await startServer()
    const tab = await openTab(await newContext(), server, "it's 100% café", 'Ada')
    const line = await tab.page.locator('.curl code').textContent()
    expect(line).toBe(`curl '${server.url}/it%27s%20100%25%20caf%C3%A9/emit' -d '{"hello":"world"}'`)
    const [, url = '', body = ''] = /^curl '([^']*)' -d '([^']*)'$/.exec(line ?? '') ?? []
    await fetch(url, { method: 'POST', body })
    await tab.hears({ hello: 'world' })
  })

  it('says why an address does not name a channel [CH-3]', async () => {
    const server = await startServer()
    const tab = new Tab(await (await newContext()).newPage())
    await tab.page.goto(`${server.url}/?channel=_`)
    await tab.page.getByText('That can’t be a channel').waitFor()
    await tab.page.getByLabel('Channel').fill('lobby')
    await tab.page.keyboard.press('Enter')
    await tab.is('Open')
    expect(tab.faults).toEqual([])
  })
})

async function boxes({ page }: Tab): Promise<unknown> {
  return await Promise.all(
    ['.top', '.own', '.members', '.composer', '.events', '.curl'].map((part) => page.locator(part).boundingBox()),
  )
}
