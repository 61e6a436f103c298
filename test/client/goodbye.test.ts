import { eventStream } from '@websockets.do/client/event-stream'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

describe('a channel by the fall-back', () => {
  async function joined() {
    const world = createWorld()
    const watcher = await world.connect('room')
    const phone = world.device('phone')
    const channel = world.client({ ...phone, WebSocket: false, fallback: eventStream }).channel('room')
    await world.settled()
    return { ...world, watcher, phone, channel }
  }

  it('leaves at once when it is closed', async () => {
    const { watcher, channel, settled } = await joined()
    channel.close()
    await settled()
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it('says all that it was told to, and goodbye, also when it is closed while a request is under way [LI-3]', async () => {
    const { watcher, phone, channel, advance } = await joined()
    phone.network.hold('up')
    void channel.emit({ n: 1 })
    void channel.emit({ n: 2 })
    channel.close()
    await advance(100)
    phone.network.release('up')
    await advance(1_000)
    expect(watcher.data).toEqual([{ n: 1 }, { n: 2 }])
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
  })
})
