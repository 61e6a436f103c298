// Acknowledgement on the page: who did, as they do, who stayed silent, and that a browser's repeats deliver nothing twice.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { heardBy, startServer } from './support/live-server'
import { openTab } from './support/tab'

describeInChromium('acknowledgement on the page', () => {
  const newContext = useChromium()

  it('lists who acknowledged as they do, and ends in 200 when all have [ACK-3, ACK-8]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const grace = await openTab(context, server, 'lobby', 'Grace')
    const robot = await server.join('lobby', 'Robot')
    await ada.sees(['Ada', 'Grace', 'Robot'])
    await grace.acknowledgeByHand()
    await ada.requireAck()
    await ada.emit({ hello: 'all' })
    await ada.tallies({ Ada: 'acknowledged', Grace: 'waiting', Robot: 'waiting' })
    await grace.event('hello').getByRole('button', { name: 'Acknowledge' }).click()
    await ada.tallies({ Ada: 'acknowledged', Grace: 'acknowledged', Robot: 'waiting' })
    await ada.reports('2 of 3 members answered')
    robot.ack(robot.last('DATA')?.['eventID'], { load: 0.5 })
    await ada.reports('200 · Acknowledged by all 3 members')
    await ada.tallies({ Ada: 'acknowledged', Grace: 'acknowledged', Robot: 'acknowledged' })
    await ada.outcome.getByText('{"load":0.5}').waitFor()
    await grace.event('hello').getByText('✓ Acknowledged').waitFor()
  })

  it('ends in 408 as soon as the last one it waits for has left [ACK-4]', async () => {
    const server = await startServer()
    const ada = await openTab(await newContext(), server, 'lobby', 'Ada')
    const robot = await server.join('lobby', 'Robot')
    await ada.sees(['Ada', 'Robot'])
    await ada.requireAck()
    await ada.emit({ hello: 'robot' })
    await ada.tallies({ Ada: 'acknowledged', Robot: 'waiting' })
    robot.close()
    await ada.reports('408 · 1 of 2 members acknowledged')
    await ada.reports('ACK_INCOMPLETE')
    await ada.tallies({ Ada: 'acknowledged', Robot: 'left' })
  })

  it.each(['WebSocket', 'HTTP'])(
    'ends in 408 over %s, names who stayed silent, and delivers once [ACK-3, EM-8a]',
    async (way) => {
      const server = await startServer()
      const ada = await openTab(await newContext(), server, 'lobby', 'Ada')
      const silent = await server.join('lobby', 'Silent')
      await ada.sees(['Ada', 'Silent'])
      await ada.choose(way)
      await ada.requireAck()
      await ada.emit({ anybody: 'there' })
      await ada.reports('408 · 1 of 2 members acknowledged')
      await ada.reports('Not everyone acknowledged in time. ACK_TIMEOUT')
      await ada.tallies({ Ada: 'acknowledged', Silent: 'silent' })
      await server.reached('lobby', [silent])
      expect(heardBy(silent)).toEqual([{ anybody: 'there' }])
    },
  )
})
