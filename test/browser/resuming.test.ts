// A page that loses its connection, and gets all that it missed.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { clientFiles, openClient } from './support/client-page'
import { patient, startServer } from './support/live-server'
import { startProxy } from './support/proxy'

describeInChromium('a page whose connection is cut', () => {
  const newContext = useChromium()

  it('in the middle of events hears each once, in order, as who it was, and nobody sees it leave [RS-2, RS-3, I3]', async () => {
    const server = await startServer({ page: await clientFiles() })
    const proxy = await startProxy(server.port)
    const watcher = await server.join('room', 'Watcher')
    const client = await openClient(await (await newContext()).newPage(), proxy.url)
    const { clientID } = await client.is('open')
    for (let n = 0; n < 300; n++) {
      if (n === 100) proxy.cut(true)
      if (n === 200) proxy.cut(false)
      void server.server.channel('room').emit({ n })
      if (n % 10 === 0) await client.page.evaluate(() => undefined)
    }
    await client.hears(Array.from({ length: 300 }, (_item, n) => ({ n })))
    expect(await client.status()).toEqual({ state: 'open', clientID, resumed: true, recovered: true })
    expect(await client.gaps()).toEqual([])
    await server.reached('room', [watcher])
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    expect(watcher.of('PRESENCE:JOINED')).toHaveLength(1)
  })

  it('delivers what it emitted meanwhile once, in order, and is told so [EM-8, EM-9]', async () => {
    const server = await startServer({ page: await clientFiles() })
    const proxy = await startProxy(server.port)
    const watcher = await server.join('room', 'Watcher')
    const client = await openClient(await (await newContext()).newPage(), proxy.url)
    await client.is('open')
    const emits = client.emit(
      Array.from({ length: 50 }, (_item, n) => ({ n })),
      { echo: false },
    )
    proxy.cut(true)
    await client.page.evaluate(() => (globalThis as any).room.emit({ n: 50 }, { echo: false }) && undefined)
    proxy.cut(false)
    expect((await emits).every(({ success }) => success)).toBe(true)
    await expect.poll(() => watcher.data, patient).toEqual(Array.from({ length: 51 }, (_item, n) => ({ n })))
  })
})

describeInChromium('a session', () => {
  const newContext = useChromium()

  it('is a page’s own: another tab of the same address is somebody else [RS-7]', async () => {
    const server = await startServer({ page: await clientFiles() })
    const context = await newContext()
    const one = await openClient(await context.newPage(), server.url)
    const first = await one.is('open')
    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      // A duplicated tab, and what a page opens, get a copy of its sessionStorage.
      one.page.evaluate(() => void open(location.href)),
    ])
    const two = await openClient(popup, server.url)
    const second = await two.is('open')
    expect(second.clientID).not.toBe(first.clientID)
    expect(await one.page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([
      0,
      0,
      '',
    ])
    expect((await one.status()).state).toBe('open')
    expect(server.server.channel('room').members()).toHaveLength(2)
  })

  it.each(['a WebSocket', 'the fall-back'])('ends at once when its page is loaded again, by %s [RS-5]', async (way) => {
    const server = await startServer({ page: await clientFiles() })
    const proxy = await startProxy(server.port)
    proxy.blockUpgrades = way === 'the fall-back'
    const watcher = await server.join('room', 'Watcher')
    const page = await (await newContext()).newPage()
    const before = await (await openClient(page, proxy.url, { fallback: true })).is('open')
    const after = await (await openClient(page, proxy.url, { fallback: true })).is('open')
    expect(after.clientID).not.toBe(before.clientID)
    await expect
      .poll(() => watcher.of('PRESENCE:LEFT').map(({ payload }) => (payload as any).clientID), { timeout: 5_000 })
      .toEqual([before.clientID])
  })
})
