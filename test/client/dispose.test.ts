import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

describe('a channel in a block of its own', () => {
  it('is closed where the block ends, however it ends', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const use = async (): Promise<void> => {
      using channel = world.client().channel('room')
      await world.settled()
      expect(channel.status.state).toBe('open')
      throw new Error('thrown in the block')
    }
    await expect(use()).rejects.toThrow('thrown in the block')
    await world.settled()
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it('may be awaited there, too, and so may a client with all its channels', async () => {
    const world = createWorld()
    const states: string[] = []
    {
      await using client = world.client()
      for (const name of ['a', 'b']) client.channel(name).on('status', ({ state }) => states.push(state))
      await world.settled()
    }
    expect(states).toEqual(['open', 'open', 'closed', 'closed'])
  })
})
