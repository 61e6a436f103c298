// The server goes away and comes back, with the page open.
import { it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { startServer } from './support/live-server'
import { openTab } from './support/tab'

describeInChromium('the page without its server', () => {
  const newContext = useChromium()

  it('says that it is reconnecting and when, then is open again with the members', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    await server.stop()
    await ada.is('Reconnecting')
    await ada.page.getByText(/in \d+ s/).waitFor()
    await ada.page.getByText('As it was when the connection was lost.').waitFor()
    const again = await startServer({ port: server.port })
    await ada.is('Open')
    await grace.is('Open')
    // Another server than the one before: what was said in between, if anything, nobody knows.
    await ada.page.getByText('Events may be missing here').waitFor()
    await ada.sees(['Ada', 'Grace'])
    await ada.emit({ back: true })
    await grace.hears({ back: true })
    await again.stop()
  })
})
