// A page behind a proxy that lets no WebSocket through.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { clientFiles, clientSite, openClient } from './support/client-page'
import { patient, startServer } from './support/live-server'
import { startProxy } from './support/proxy'

describeInChromium('a page that no WebSocket gets out of', () => {
  const newContext = useChromium()

  it.each(['its own', 'another'])(
    'joins a server of %s origin by events and POSTs: it emits, hears in order, and acknowledges [LI-3, OR-1]',
    async (origin) => {
      const site = origin === 'another' ? await clientSite() : undefined
      const server = await startServer({ page: await clientFiles(), ...(site && { origins: [site] }) })
      const proxy = await startProxy(server.port)
      proxy.blockUpgrades = true
      const watcher = await server.join('room', 'Watcher', { ack: true } as object)
      const page = await (await newContext()).newPage()
      const client = await openClient(page, site ?? proxy.url, { url: proxy.url, fallback: true })
      const { clientID } = await client.is('open')
      const room = server.server.channel('room')
      expect(room.members().map((member) => member.clientID)).toContain(clientID)

      const payloads = Array.from({ length: 150 }, (_item, n) => ({ n }))
      const results = await client.emit(payloads, { echo: false })
      expect(results.every(({ success }) => success)).toBe(true)
      expect(watcher.data).toEqual(payloads)

      for (const payload of payloads) void room.emit(payload, { clients: [clientID] })
      await client.hears(payloads)
      expect(await room.emit('question', { clients: [clientID], requireAck: true })).toMatchObject({
        success: true,
        acked: [clientID],
      })
      const kinds = new Set(proxy.requests.map((line) => line.replace(/ .*\/(\w+).*/, ' $1')))
      expect([...kinds]).toEqual(expect.arrayContaining(['UPGRADE listen', 'GET listen', 'POST send']))
      expect(kinds.has('OPTIONS send')).toBe(origin === 'another')
    },
  )

  it('comes back as who it was when that is cut too, and by a WebSocket once one gets through [RS-3, RS-2]', async () => {
    const server = await startServer({ page: await clientFiles() })
    const proxy = await startProxy(server.port)
    proxy.blockUpgrades = true
    const client = await openClient(await (await newContext()).newPage(), proxy.url, { fallback: true, waitMs: 300 })
    const { clientID } = await client.is('open')
    const room = server.server.channel('room')
    for (const [n, blockUpgrades] of [true, false].entries()) {
      proxy.blockUpgrades = blockUpgrades
      proxy.cut()
      await expect.poll(async () => (await client.status()).state, patient).not.toBe('open')
      void room.emit({ n })
      expect(await client.is('open')).toEqual({ state: 'open', clientID, resumed: true, recovered: true })
      await client.hears(Array.from({ length: n + 1 }, (_item, at) => ({ n: at })))
    }
    expect(proxy.requests.at(-1)).toMatch(/^UPGRADE /)
  })

  it('leaves at once when it closes its channel [RS-5]', async () => {
    const server = await startServer({ page: await clientFiles() })
    const proxy = await startProxy(server.port)
    proxy.blockUpgrades = true
    const watcher = await server.join('room', 'Watcher')
    const client = await openClient(await (await newContext()).newPage(), proxy.url, { fallback: true })
    await client.is('open')
    await client.page.evaluate(() => (globalThis as any).room.close())
    await expect.poll(() => watcher.of('PRESENCE:LEFT').length, { timeout: 5_000 }).toBe(1)
  })
})
