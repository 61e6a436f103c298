// What a browser tells a page of its network and of its sleep: the client does not wait out its backoff then.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { clientFiles, openClient } from './support/client-page'
import { patient, startServer } from './support/live-server'
import { startProxy } from './support/proxy'

const anHour = 3_600_000

describeInChromium('a page that waits to connect again', () => {
  const newContext = useChromium()

  async function waiting() {
    const server = await startServer({ page: await clientFiles() })
    const proxy = await startProxy(server.port)
    const context = await newContext()
    const client = await openClient(await context.newPage(), proxy.url, { waitMs: anHour })
    await client.is('open')
    proxy.cut(true)
    await client.is('reconnecting')
    proxy.cut(false)
    return { context, client, server }
  }

  it('does so at once when the machine is online again', async () => {
    const { context, client } = await waiting()
    await context.setOffline(true)
    await context.setOffline(false)
    expect(await client.is('open')).toMatchObject({ resumed: true, recovered: true })
    expect(await client.signals()).toEqual(expect.arrayContaining(['offline', 'online']))
  })

  it('does so at once when it is looked at again', async () => {
    const { client } = await waiting()
    // Headless, every page is visible for ever: this is told by hand, as Chromium tells it.
    await client.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await client.is('open')
  })

  it('does so at once when it is shown again from the cache', async () => {
    const { client } = await waiting()
    await client.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await client.is('open')
  })

  it('stays where it is without one', async () => {
    const { client } = await waiting()
    await client.page.evaluate(() => dispatchEvent(new Event('focus')))
    expect((await client.status()).state).toBe('reconnecting')
  })
})

describeInChromium('a page that comes back by the back button', () => {
  const newContext = useChromium({ bfcache: true })

  it.each(['a WebSocket', 'the fall-back'])(
    'is in its channel again, once, by %s, and has missed nothing [RS-2]',
    async (way) => {
      const server = await startServer({ page: await clientFiles() })
      const proxy = await startProxy(server.port)
      proxy.blockUpgrades = way === 'the fall-back'
      const room = server.server.channel('room')
      const client = await openClient(await (await newContext()).newPage(), proxy.url, { fallback: true })
      await client.is('open')
      await client.page.goto(`${proxy.url}/_/health`)
      await room.emit('missed')
      await client.page.goBack({ waitUntil: 'commit' })
      await client.hears(['missed'])
      expect(await client.signals()).toContain('pageshow persisted')
      expect(await client.gaps()).toEqual([])
      await expect.poll(() => room.members().length, patient).toBe(1)
    },
  )
})
