// Emitting from the page: to everyone, to those that were picked, to some at random.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { heardBy, startServer } from './support/live-server'
import { openTab } from './support/tab'

describeInChromium('emitting on the page', () => {
  const newContext = useChromium()

  it.each(['WebSocket', 'HTTP'])('reaches everyone over %s, the sender included [EM-6]', async (way) => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    await ada.sees(['Ada', 'Grace'])
    await ada.choose(way)
    await ada.emit({ hello: ['world', null, 1.5] })
    await ada.reports('200 · Sent to 2 members')
    await ada.hears({ hello: ['world', null, 1.5] })
    await grace.hears({ hello: ['world', null, 1.5] })
    await grace
      .event('hello')
      .getByText(way === 'HTTP' ? 'Over HTTP' : 'Ada', { exact: true })
      .waitFor()
  })

  it.each(['WebSocket', 'HTTP'])('reaches those alone that were picked, over %s [EM-5]', async (way) => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    const robot = await server.join('lobby', 'Robot')
    const spy = await server.join('lobby', 'Spy')
    await ada.sees(['Ada', 'Grace', 'Robot', 'Spy'])
    await ada.choose(way)
    await ada.pick('Grace', 'Robot')
    await ada.emit({ secret: 1 })
    await ada.reports('200 · Sent to 2 members')
    await grace.hears({ secret: 1 })
    await server.reached('lobby', [robot, spy])
    expect(heardBy(robot)).toEqual([{ secret: 1 }])
    expect(heardBy(spy)).toEqual([])
    expect(await ada.payloads()).not.toContainEqual({ secret: 1 })
  })

  it('reaches exactly as many as were asked for at random [EM-4]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const robots = await Promise.all(['Eve', 'Mallory', 'Trent', 'Walter'].map((name) => server.join('lobby', name)))
    await ada.sees(['Ada', 'Eve', 'Mallory', 'Trent', 'Walter'])
    await ada.choose('At random')
    await ada.page.getByLabel('How many at random').fill('3')
    await ada.emit({ lucky: true })
    await ada.reports('200 · Sent to 3 members')
    await server.reached('lobby', robots)
    await ada.hears({ marker: expect.any(String) })
    const own = (await ada.payloads()).filter((payload) => 'lucky' in (payload as object))
    expect([...own, ...robots.flatMap(heardBy)]).toEqual([{ lucky: true }, { lucky: true }, { lucky: true }])
  })

  it('says in words that there are fewer members than were asked for [EM-4]', async () => {
    const server = await startServer()
    const ada = await openTab(await newContext(), server, 'lobby', 'Ada')
    await ada.choose('At random')
    await ada.page.getByLabel('How many at random').fill('7')
    await ada.emit({ lucky: true })
    await ada.reports('There are not that many members here.')
    await ada.reports('NOT_ENOUGH_CLIENTS')
  })

  it('says what is wrong with a payload that is not JSON, and does not send it', async () => {
    const server = await startServer()
    const ada = await openTab(await newContext(), server, 'lobby', 'Ada')
    const robot = await server.join('lobby', 'Robot')
    await ada.sees(['Ada', 'Robot'])
    await ada.page.getByLabel('Payload').fill('{ hello: world }')
    await ada.page.getByText('This is not JSON yet').waitFor()
    await ada.page.keyboard.press('Control+Enter')
    await ada.emit({ hello: 'world' })
    await ada.reports('200 · Sent to 2 members')
    await server.reached('lobby', [robot])
    expect(heardBy(robot)).toEqual([{ hello: 'world' }])
  })

  it('keeps the last 200 events, newest first, and none of another channel', async () => {
    const server = await startServer()
    const ada = await openTab(await newContext(), server, 'lobby', 'Ada')
    for (let count = 1; count <= 205; count++) await server.server.channel('lobby').emit({ count })
    await ada.hears({ count: 205 })
    const payloads = await ada.payloads()
    expect(payloads).toHaveLength(200)
    expect(payloads[0]).toEqual({ count: 205 })
    expect(payloads.at(-1)).toEqual({ count: 6 })
    await ada.page.evaluate(() => (location.hash = 'elsewhere'))
    await ada.sees(['Ada'])
    await expect.poll(() => ada.payloads()).toEqual([])
  })
})
