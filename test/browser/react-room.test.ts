// The example `react-room`, built, with its own server: what people see of each other in it.
import { expect, it } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { describeInChromium, useChromium } from './support/chromium'
import { patient } from './support/live-server'
import { startProxy } from './support/proxy'
import { newRoom, useRoomServer, visit } from './support/room'

describeInChromium('people in the room of the example', () => {
  const newContext = useChromium()
  const server = useRoomServer()

  async function annAndBob() {
    const room = newRoom(server())
    const ann = await visit(await newContext(), room, 'Ann')
    const bob = await visit(await newContext(), room, 'Bob')
    await ann.sees(['Ann', 'Bob'])
    await bob.sees(['Ann', 'Bob'])
    return { room, ann, bob }
  }

  it('see each other’s names, and see them change', async () => {
    const { ann, bob } = await annAndBob()
    await ann.rename('Ann Lee')
    await bob.sees(['Ann Lee', 'Bob'])
    expect([...ann.faults, ...bob.faults]).toEqual([])
  })

  it('see where the others point, for as long as they point at the board', async () => {
    const { ann, bob } = await annAndBob()
    await ann.pointAt(0.2, 0.3)
    await expect.poll(() => bob.cursors(), patient).toEqual({ Ann: [2, 3] })
    await bob.page.setViewportSize({ width: 360, height: 740 })
    await ann.pointAt(0.7, 0.6)
    await expect.poll(() => bob.cursors(), patient).toEqual({ Ann: [7, 6] })
    await ann.composer.hover()
    await expect.poll(() => bob.cursors(), patient).toEqual({})
    expect(await ann.cursors()).toEqual({})
  })

  it('read what the others say, and who comes later reads it too', async () => {
    const { room, ann, bob } = await annAndBob()
    await ann.say('Hello!')
    await bob.reads(['Hello!'])
    await bob.say('Hello Ann.')
    await bob.say('Nice room.')
    const carol = await visit(await newContext(), room, 'Carol')
    for (const visitor of [ann, bob, carol]) await visitor.reads(['Hello!', 'Hello Ann.', 'Nice room.'])
    expect(await carol.page.locator('.message-head strong').allTextContents()).toEqual(['Ann', 'Bob'])
  })

  it('see who is typing, until it is sent or they have stopped', async () => {
    const { room, ann, bob } = await annAndBob()
    await ann.composer.pressSequentially('Hel')
    await bob.typing.getByText('Ann is typing …').waitFor()
    expect(await ann.typing.textContent()).toBe('')
    const carol = await visit(await newContext(), room, 'Carol')
    await carol.composer.pressSequentially('Hi')
    await ann.composer.pressSequentially('lo')
    await bob.typing.getByText('Ann and Carol are typing …').waitFor()
    await ann.composer.press('Enter')
    await bob.typing.getByText('Carol is typing …').waitFor()
    await expect.poll(() => bob.typing.textContent(), patient).toBe('')
  })

  it('see reactions, and who reacted sees who has seen it [ACK-8]', async () => {
    const { room, ann, bob } = await annAndBob()
    await ann.react('a heart')
    await bob.board.getByText('Ann reacts with a heart').waitFor()
    await ann.board.getByText('Ann reacts with a heart').waitFor()
    await ann.receipt.getByText('1 of 1 saw it').waitFor()
    await visit(await newContext(), room, 'Carol')
    await ann.sees(['Ann', 'Bob', 'Carol'])
    await ann.react('fire')
    await ann.receipt.getByText('2 of 2 saw it').waitFor()
    expect(await ann.receipt.locator('[data-seen=true]').count()).toBe(2)
    await bob.page.context().close()
    await ann.sees(['Ann', 'Carol'])
    await ann.react('laughter')
    await ann.receipt.getByText('1 of 1 saw it').waitFor()
  })

  it('are one person each, in however many tabs', async () => {
    const { room, ann, bob } = await annAndBob()
    const again = await visit(ann.page.context(), room)
    await again.sees(['Ann', 'Bob'])
    await bob.page.getByText('· 2 tabs').waitFor({ state: 'attached' })
    await bob.sees(['Ann', 'Bob'])
    await again.rename('Ann Lee')
    await bob.sees(['Ann Lee', 'Bob'])
    await ann.sees(['Ann Lee', 'Bob'])
    await bob.react('thumbs up')
    await bob.receipt.getByText('1 of 1 saw it').waitFor()
    await ann.page.close()
    await bob.page.getByText('· 2 tabs').waitFor({ state: 'detached' })
    await bob.sees(['Ann Lee', 'Bob'])
    expect([...bob.faults, ...again.faults]).toEqual([])
  })

  it('are not disturbed by one who listens and does not say who it is', async () => {
    const { room, ann, bob } = await annAndBob()
    const channel = encodeURIComponent(`room:${new URL(room).searchParams.get('room')}`)
    const listener = new NodeWebSocket(`${server().url.replace('http', 'ws')}/realtime/${channel}/listen`)
    await new Promise((resolve) => listener.once('message', resolve))
    listener.send('{"type":"EMIT","payload":{"event":"reaction","data":{"emoji":"🎉"}}}')
    await bob.board.getByText('reacts with confetti').waitFor()
    await ann.say('Hello!')
    await bob.reads(['Hello!'])
    await ann.sees(['Ann', 'Bob'])
    listener.close()
    expect([...ann.faults, ...bob.faults]).toEqual([])
  })
})

describeInChromium('somebody whose connection is cut, in the room of the example', () => {
  const newContext = useChromium()
  const server = useRoomServer()

  it('gets what was said meanwhile, and says what was written meanwhile, each once and in order [RS-2, EM-8]', async () => {
    const proxy = await startProxy(server().port)
    const room = newRoom(server())
    const bob = await visit(await newContext(), room, 'Bob')
    const ann = await visit(await newContext(), room.replace(server().url, proxy.url), 'Ann')
    await bob.say('one')
    await ann.reads(['one'])
    await ann.page.context().setOffline(true)
    proxy.cut(true)
    await ann.banner.getByText('The connection is lost.').waitFor()
    await ann.say('four')
    await ann.say('five')
    await ann.reads(['one', 'four (waiting)', 'five (waiting)'])
    await bob.say('two')
    await bob.say('three')
    await bob.sees(['Ann', 'Bob'])
    proxy.cut(false)
    await ann.page.context().setOffline(false)
    const all = ['one', 'two', 'three', 'four', 'five']
    await ann.reads(all)
    await bob.reads(all)
    await ann.banner.getByText('You are back, and have missed nothing.').waitFor()
    await expect.poll(() => ann.banner.textContent(), patient).toBe('')
    await bob.sees(['Ann', 'Bob'])
    expect(bob.faults).toEqual([])
  })
})
