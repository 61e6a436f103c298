// A tab with the page in it, seen and used as a person does.
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type LiveServer, patient } from './live-server'
import { collectFaults } from './faults'

/** Opens the page in a channel, and waits until it is in it under that name. */
export async function openTab(
  context: BrowserContext,
  { url }: LiveServer,
  channel: string,
  name?: string,
): Promise<Tab> {
  const tab = new Tab(await context.newPage())
  await tab.page.goto(`${url}/?channel=${encodeURIComponent(channel)}`)
  await tab.is('Open')
  if (name !== undefined) await tab.rename(name)
  return tab
}

export class Tab {
  readonly page: Page
  /** Complaints of the console, and requests that failed or were refused. */
  readonly faults: string[] = []
  readonly outcome: Locator
  readonly #members: Locator
  readonly #events: Locator

  constructor(page: Page) {
    this.page = page
    this.outcome = page.locator('.outcome')
    this.#members = page.locator('.member')
    this.#events = page.locator('.event')
    collectFaults(page, this.faults)
  }

  /** Waits for the connection to be told to stand so. */
  async is(status: string): Promise<void> {
    await this.page.locator('.status').getByText(status, { exact: true }).waitFor()
  }

  async rename(name: string): Promise<void> {
    await this.page.bringToFront()
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByRole('button', { name: 'Save' }).click()
    await this.sees([name], 'among others')
  }

  async names(): Promise<string[]> {
    return await this.#members.locator('.name').allTextContents()
  }

  /** Waits until these are the members, in any order, or are among them. */
  async sees(names: readonly string[], others: 'and nobody else' | 'among others' = 'and nobody else'): Promise<void> {
    const expected = others === 'among others' ? expect.arrayContaining([...names]) : names.toSorted()
    await expect.poll(async () => (await this.names()).toSorted(), patient).toEqual(expected)
  }

  async pick(...names: string[]): Promise<void> {
    await this.page.bringToFront()
    for (const name of names) await this.#members.filter({ hasText: name }).getByRole('checkbox').check()
  }

  /** The payloads in the list, newest first. */
  async payloads(): Promise<unknown[]> {
    const texts = await this.#events.locator('pre').allTextContents()
    return texts.map((text) => JSON.parse(text) as unknown)
  }

  async hears(payload: unknown): Promise<void> {
    await expect.poll(() => this.payloads(), patient).toContainEqual(payload)
  }

  event(text: string): Locator {
    return this.#events.filter({ hasText: text })
  }

  async choose(label: string): Promise<void> {
    await this.page.bringToFront()
    await this.page.getByRole('radio', { name: label }).check({ force: true })
  }

  async requireAck(): Promise<void> {
    await this.page.bringToFront()
    await this.page.getByLabel('Require acknowledgement').check()
  }

  async acknowledgeByHand(): Promise<void> {
    await this.page.bringToFront()
    await this.page.getByRole('switch').uncheck({ force: true })
  }

  async emit(payload: unknown): Promise<void> {
    await this.page.bringToFront()
    await this.page.getByLabel('Payload').fill(JSON.stringify(payload))
    await this.page.getByRole('button', { name: 'Emit' }).click()
  }

  /** Waits until the outcome says so. */
  async reports(text: string): Promise<void> {
    await this.outcome.getByText(text).waitFor()
  }

  /** Waits until what the recipients did is shown so: `{ Ada: 'acknowledged' }`. */
  async tallies(expected: Readonly<Record<string, string>>): Promise<void> {
    await expect.poll(() => this.#tally(), patient).toEqual(expected)
  }

  async #tally(): Promise<Record<string, string | null>> {
    const chips = await this.outcome.locator('.chip').all()
    const entries = chips.map(async (chip) => [
      await chip.locator('.name').textContent(),
      await chip.getAttribute('data-state'),
    ])
    return Object.fromEntries(await Promise.all(entries)) as Record<string, string | null>
  }
}
