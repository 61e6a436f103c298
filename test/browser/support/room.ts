// The example `react-room` as it runs: its own server in a process, and visitors with a browser.
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { builtApp } from '../../../examples/react-room/server/built-app'
import { room } from '../../../examples/react-room/src/room'
import { launch, type Run } from '../../support/launch'
import { collectFaults } from './faults'
import { patient } from './live-server'

export interface RoomServer {
  readonly url: string
  readonly port: number
}

/** Call it once in a `describe`: one server for its tests, of which each has a room of its own. */
export function useRoomServer(args: readonly string[] = []): () => RoomServer {
  let server: RoomServer
  let run: Run
  beforeAll(async () => {
    run = launchRoom(['--port', '0', ...args])
    server = await addressOf(run)
  })
  afterAll(async () => {
    run?.child.kill('SIGINT')
    await run?.ended
  })
  return () => server
}

/** Whoever launches it sees to its end. */
export function launchRoom(args: readonly string[]): Run {
  const source = ['--conditions=@websockets.do/source', '--import', 'tsx', 'examples/react-room/server.ts']
  return launch(process.execPath, [...source, ...args])
}

export async function addressOf(run: Run): Promise<RoomServer> {
  const [, url = ''] = await run.says(/The room is at (http:\S+?)\/\?room/)
  return { url, port: Number(new URL(url).port) }
}

/** The built app with another server behind it, in this process, until the test is over. */
export async function serveRoom(options: ServerOptions): Promise<string> {
  const http = createHttpServer(builtApp().handle)
  const server = createServer({ contracts: { 'room:*': room }, history: { readable: true }, ...options })
  attach(server, http, { basePath: '/realtime' })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await server.close({ drainMs: 0 })
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

/** The address of a room where nobody has been yet. */
export function newRoom({ url }: Pick<RoomServer, 'url'>): string {
  return `${url}/?room=garden+${++rooms}`
}

let rooms = 0

/** Opens a room, and waits until one is in it. */
export async function visit(context: BrowserContext, address: string, name?: string): Promise<Visitor> {
  const visitor = new Visitor(await context.newPage())
  await visitor.page.goto(address)
  await visitor.is('Connected')
  if (name !== undefined) await visitor.rename(name)
  return visitor
}

export class Visitor {
  readonly page: Page
  readonly board: Locator
  readonly banner: Locator
  readonly typing: Locator
  readonly receipt: Locator
  readonly composer: Locator
  readonly scroll: Locator
  /** Complaints of the console, and requests that failed or were refused. */
  readonly faults: string[] = []

  constructor(page: Page) {
    this.page = page
    this.board = page.getByRole('region', { name: 'Board' })
    this.banner = page.locator('.connection-banner')
    this.typing = page.locator('.typing-line')
    this.receipt = page.locator('.receipt')
    this.composer = page.getByRole('textbox', { name: 'Message' })
    this.scroll = page.getByRole('log', { name: 'Messages' })
    collectFaults(page, this.faults)
  }

  async is(state: string): Promise<void> {
    await this.page.locator('.connection-state', { hasText: state }).waitFor()
  }

  async rename(name: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Your name' })
    await field.fill(name)
    await field.press('Enter')
    await this.sees([name], 'among others')
  }

  /** Waits until these are in the stack, once each, in any order. */
  async sees(names: readonly string[], others: 'and nobody else' | 'among others' = 'and nobody else'): Promise<void> {
    const expected = others === 'among others' ? expect.arrayContaining([...names]) : names.toSorted()
    const shown = this.page.locator('.who-name')
    await expect.poll(async () => (await shown.allTextContents()).toSorted(), patient).toEqual(expected)
  }

  /** Moves the pointer to a place on the board, from 0 to 1. */
  async pointAt(x: number, y: number): Promise<void> {
    const { left, top, width, height } = await this.#box()
    await this.page.mouse.move(left + x * width, top + y * height)
  }

  /** Where the others' cursors are on the board, by name, in tenths of its width and height; once they have come to rest. */
  async cursors(): Promise<Record<string, [number, number]>> {
    const { left, top, width, height } = await this.#box()
    const cursors = await this.page.locator('.cursor').evaluateAll((all) =>
      all.map((cursor) => {
        const box = cursor.getBoundingClientRect()
        return { name: cursor.textContent, x: box.left, y: box.top }
      }),
    )
    const tenth = (distance: number, length: number) => Math.round((distance / length) * 10)
    return Object.fromEntries(cursors.map(({ name, x, y }) => [name, [tenth(x - left, width), tenth(y - top, height)]]))
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** Waits until this is all that the chat shows, in this order; one that is not delivered yet ends with “(waiting)”. */
  async reads(expected: readonly string[]): Promise<void> {
    await expect.poll(() => this.messages(), patient).toEqual(expected)
  }

  async messages(): Promise<string[]> {
    return await this.page.locator('.message').evaluateAll((all) =>
      all.map((message) => {
        const text = [...(message.querySelector('.message-text')?.childNodes ?? [])].find(
          (node) => node.nodeType === Node.TEXT_NODE,
        )
        return `${text?.textContent}${(message as HTMLElement).dataset['waiting'] === 'true' ? ' (waiting)' : ''}`
      }),
    )
  }

  async react(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `React with ${name}` }).click()
  }

  async #box() {
    return await this.board.evaluate((board) => {
      const { left, top, width, height } = board.getBoundingClientRect()
      return { left, top, width, height }
    })
  }
}
