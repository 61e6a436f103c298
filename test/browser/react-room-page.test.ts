// The page of the example `react-room`: whole at every size, quiet in the console, usable by keyboard and touch, and plain about what it refuses.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { patient } from './support/live-server'
import { newRoom, serveRoom, useRoomServer, visit, Visitor } from './support/room'

describeInChromium('the page of the room of the example', () => {
  const newContext = useChromium()
  const server = useRoomServer()

  it('fits into a phone and a desktop, light and dark, with many people and many words', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'websockets.do-room-'))
    const room = newRoom(server())
    const viewer = await visit(await newContext(), room, 'Ann Lee')
    const names = ['Bob', 'Chloé Marchand', 'Dmitri', 'Eve', 'Somebody with rather a long name for it']
    const others: Visitor[] = []
    for (const name of names) others.push(await visit(await newContext(), room, name))
    await viewer.sees(['Ann Lee', ...names])
    for (const [at, text] of conversation.entries()) await [viewer, ...others][at % 4]?.say(text)
    await expect.poll(async () => (await viewer.messages()).length, patient).toBe(conversation.length)
    for (const [at, other] of others.entries()) await other.pointAt(0.14 + at * 0.18, [0.34, 0.44, 0.26][at % 3] ?? 0)
    await expect.poll(async () => Object.keys(await viewer.cursors()).length, patient).toBe(5)
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [width, height] of [
        [360, 740],
        [1280, 800],
      ] as const) {
        await viewer.page.setViewportSize({ width, height })
        await viewer.page.emulateMedia({ colorScheme })
        await others[0]?.composer.pressSequentially('We')
        await others[2]?.react('confetti')
        await viewer.react('a heart')
        await viewer.receipt.getByText('5 of 5 saw it').waitFor()
        await viewer.typing.getByText('Bob is typing …').waitFor()
        await viewer.page.screenshot({ path: join(folder, `${width}x${height}-${colorScheme}.png`) })
        const size = await viewer.page.evaluate(() => {
          const { scrollWidth, scrollHeight } = document.documentElement
          return [scrollWidth, scrollHeight]
        })
        expect(size).toEqual([width, height])
      }
    }
    console.info(`Screenshots of the room are in ${folder}`)
    expect([viewer, ...others].flatMap(({ faults }) => faults)).toEqual([])
  })

  it('moves nothing but the messages, whatever happens', async () => {
    const room = newRoom(server())
    const ann = await visit(await newContext(), room, 'Ann')
    const bob = await visit(await newContext(), room, 'Bob')
    await ann.sees(['Ann', 'Bob'])
    await ann.page.evaluate(async () => {
      await document.fonts.ready
      const shifts: string[] = []
      Object.assign(globalThis, { shifts })
      new PerformanceObserver((list) => {
        for (const { sources, hadRecentInput } of list.getEntries() as Shift[]) {
          for (const { node } of sources) {
            const isElsewhere = node instanceof Element && !node.closest('.messages')
            // One's own click may well change something.
            if (isElsewhere && !hadRecentInput) shifts.push(node.className)
          }
        }
      }).observe({ type: 'layout-shift', buffered: false })
    })
    await bob.pointAt(0.5, 0.5)
    for (let count = 1; count <= 12; count++) await bob.say(`message ${count} `.repeat(count * 4))
    await bob.react('fire')
    await bob.composer.pressSequentially('so')
    await bob.rename('Somebody with another name')
    await ann.typing.getByText('is typing').waitFor()
    await ann.react('a heart')
    await ann.receipt.getByText('1 of 1 saw it').waitFor()
    await ann.page.getByRole('textbox', { name: 'Your name' }).fill('x'.repeat(41))
    await expect.poll(async () => (await ann.messages()).length, patient).toBe(12)
    expect(await ann.page.evaluate(() => (globalThis as any).shifts)).toEqual([])
  })

  it('stays at the newest message, unless one has scrolled up to read', async () => {
    const room = newRoom(server())
    const ann = await visit(await newContext({ viewport: { width: 360, height: 740 } }), room, 'Ann')
    const bob = await visit(await newContext(), room, 'Bob')
    for (let count = 11; count <= 22; count++) await bob.say(`message ${count}`)
    const isSeen = (text: string) =>
      ann.page.locator('.message', { hasText: text }).evaluate((row) => {
        const box = row.getBoundingClientRect()
        const list = row.closest('.messages')?.getBoundingClientRect()
        return list !== undefined && box.top >= list.top && box.bottom <= list.bottom
      })
    await ann.page.getByText('message 22').waitFor()
    expect(await isSeen('message 22')).toBe(true)
    await ann.scroll.focus()
    await ann.page.keyboard.press('Home')
    await expect.poll(() => isSeen('message 11'), patient).toBe(true)
    const newest = ann.page.getByRole('button', { name: 'Newest' })
    await newest.waitFor()
    await bob.say('message 23')
    await ann.page.getByText('message 23').waitFor({ state: 'attached' })
    expect(await isSeen('message 11')).toBe(true)
    await newest.click()
    await expect.poll(() => isSeen('message 23'), patient).toBe(true)
    await expect.poll(() => newest.count(), patient).toBe(0)
  })

  it('can be used by keyboard alone, and every control has a name', async () => {
    const room = newRoom(server())
    const bob = await visit(await newContext(), room, 'Bob')
    const ann = await visit(await newContext(), room, 'Ann')
    await bob.sees(['Ann', 'Bob'])
    const unnamed = /- (button|textbox|link|log|group|region)(?! ")/
    expect(await ann.page.locator('body').ariaSnapshot()).not.toMatch(unnamed)
    await ann.page.reload()
    await ann.is('Connected')
    await ann.sees(['Ann', 'Bob'])
    const stops: unknown[] = []
    for (let count = 0; count < 11; count++) {
      await ann.page.keyboard.press('Tab')
      stops.push(
        await ann.page.evaluate(() => {
          const { activeElement } = document
          if (!activeElement || getComputedStyle(activeElement).outlineStyle !== 'solid') return 'unseen'
          return activeElement.getAttribute('aria-label') ?? activeElement.textContent
        }),
      )
    }
    const reactions = ['a heart', 'thumbs up', 'laughter', 'confetti', 'fire'].map((name) => `React with ${name}`)
    const [who, name, copy, ...rest] = stops
    expect([who, name, copy]).toEqual(['Who is here: 2', 'Your name', 'Copy link'])
    expect(rest).toEqual([...reactions, 'Messages', 'Message', 'Send'])
    await ann.page.keyboard.press('Shift+Tab')
    await ann.page.keyboard.type('By keyboard')
    await ann.page.keyboard.press('Shift+Enter')
    await ann.page.keyboard.type('alone')
    await ann.page.keyboard.press('Enter')
    await bob.reads(['By keyboard\nalone'])
  })

  it('says in words what it does not take, and keeps what was written', async () => {
    const room = newRoom(server())
    const bob = await visit(await newContext(), room, 'Bob')
    const ann = await visit(await newContext(), room, 'Ann')
    await ann.composer.fill('x'.repeat(1_001))
    await ann.page.getByText('A message has at most 1,000 characters.').waitFor()
    await ann.composer.press('Enter')
    expect(await ann.composer.inputValue()).toHaveLength(1_001)
    await ann.say('x'.repeat(1_000))
    await bob.reads(['x'.repeat(1_000)])
    const name = ann.page.getByRole('textbox', { name: 'Your name' })
    await name.fill('y'.repeat(41))
    await ann.page.getByText('A name has at most 40 characters.').waitFor()
    await name.press('Enter')
    await name.fill(' ')
    await ann.page.getByText('A name needs at least one letter.').waitFor()
    await name.press('Escape')
    expect(await name.inputValue()).toBe('Ann')
    await bob.sees(['Ann', 'Bob'])
    expect([...ann.faults, ...bob.faults]).toEqual([])
  })

  it('gives back to the writer what the server refused, with its words', async () => {
    const address = await serveRoom({
      onEmit: ({ payload }) => (JSON.stringify(payload).includes('spam') ? { refuse: 'no spam, please' } : undefined),
    })
    const ann = await visit(await newContext(), newRoom({ url: address }), 'Ann')
    await ann.say('spam')
    await ann.page.getByText('no spam, please').waitFor()
    expect(await ann.composer.inputValue()).toBe('spam')
    await ann.reads([])
    await ann.say('jam')
    await ann.reads(['jam'])
  })

  it('says why one can’t be in a room', async () => {
    const address = await serveRoom({ authorize: () => ({ refuse: 'FORBIDDEN', message: 'members only' }) })
    const ann = new Visitor(await (await newContext()).newPage())
    await ann.page.goto(newRoom({ url: address }))
    await ann.banner.getByText('members only').waitFor()
    await ann.is('Not connected')
    await ann.banner.getByRole('button', { name: 'Try again' }).waitFor()
  })

  it('shows a finger as long as it is on the board', async () => {
    const room = newRoom(server())
    const bob = await visit(await newContext(), room, 'Bob')
    const context = await newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
    const ann = await visit(context, room, 'Ann')
    const box = await ann.board.boundingBox()
    const devices = await context.newCDPSession(ann.page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
      devices.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: box && x !== undefined ? [{ x: box.x + x * box.width, y: box.y + 0.4 * box.height }] : [],
      })
    await touch('touchStart', 0.2)
    await expect.poll(() => bob.cursors(), patient).toEqual({ Ann: [2, 4] })
    await touch('touchMove', 0.8)
    await expect.poll(() => bob.cursors(), patient).toEqual({ Ann: [8, 4] })
    await touch('touchEnd')
    await expect.poll(() => bob.cursors(), patient).toEqual({})
  })

  it('moves nothing for who wants less motion', async () => {
    const room = newRoom(server())
    const bob = await visit(await newContext(), room, 'Bob')
    const ann = await visit(await newContext({ reducedMotion: 'reduce' }), room, 'Ann')
    await bob.pointAt(0.5, 0.5)
    await bob.react('fire')
    const motions = await Promise.all([
      ann.page.locator('.cursor').evaluate((cursor) => getComputedStyle(cursor).transitionDuration),
      ann.page.locator('.floating-reaction').evaluate((reaction) => getComputedStyle(reaction).animationName),
    ])
    expect(motions).toEqual(['0s', 'reaction-shows'])
  })

  it('works where a browser lets it store nothing', async () => {
    const context = await newContext()
    await context.addInitScript(() => {
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    })
    const ann = await visit(context, newRoom(server()), 'Ann')
    await ann.say('Hello!')
    await ann.reads(['Hello!'])
    expect(ann.faults).toEqual([])
  })
})

type Shift = PerformanceEntry & { readonly hadRecentInput: boolean; readonly sources: { node: Node | null }[] }

const conversation = [
  'I am on a train, and the tunnel ate my connection.',
  'What did you write in the tunnel?',
  'Everything that has arrived just now. In order, I hope.',
  'It is. All three at once, like buses.',
  'Can we move the beds to the left?',
  'And the shed to where it gets light, please: https://example.com/a-rather-long-address/that-does-not-want-to-break',
  'Yes',
  'I like it there, next to the pond. Let me show you where exactly, one moment …',
]
