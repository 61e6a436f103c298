// Who is here, as the page shows it in two tabs.
import { it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { startServer } from './support/live-server'
import { openTab } from './support/tab'

describeInChromium('members on the page', () => {
  const newContext = useChromium()

  it('shows two tabs to each other by name [LI-5]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    await ada.sees(['Ada', 'Grace'])
    await grace.sees(['Ada', 'Grace'])
  })

  it('shows a new name in the other tab, and keeps it across a reload [CL-3, MS-4]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    await grace.rename('Grace Hopper')
    await ada.sees(['Ada', 'Grace Hopper'])
    await ada.page.reload()
    await grace.sees(['Ada', 'Grace Hopper'])
  })

  it('removes a tab that was closed [MS-4]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    await ada.sees(['Ada', 'Grace'])
    await grace.page.close()
    await ada.sees(['Ada'])
  })

  it('leaves one channel for another, and returns with the back button', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    await ada.page.getByLabel('Channel').fill('café / 50%')
    await ada.page.getByRole('button', { name: 'Go' }).click()
    await grace.sees(['Grace'])
    await ada.sees(['Ada'])
    const follower = await openTab(context, server, 'elsewhere', 'Follower')
    await follower.page.goto(ada.page.url())
    await ada.sees(['Ada', 'Follower'])
    await ada.page.goBack()
    await grace.sees(['Ada', 'Grace'])
  })
})
