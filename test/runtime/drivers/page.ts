// The scenario in a page of Chromium, and in a service worker that the page asks for it.
import type { BrowserContext, Page } from 'playwright-core'
import type { DoorFile } from '../support/door'
import type { Step, Task } from '../support/task'
import { userBundle } from '../support/user-bundle'

/** What the door serves for the two below. */
export async function pageFiles(): Promise<Record<string, DoorFile>> {
  const type = 'text/javascript; charset=utf-8'
  return {
    [PAGE]: { type: 'text/html; charset=utf-8', body: HTML },
    [`${PAGE}page.js`]: { type, body: await userBundle(IN_PAGE, ['browser']) },
    [`${PAGE}worker.js`]: { type, body: await userBundle(IN_WORKER, ['worker', 'browser'], { format: 'iife' }) },
  }
}

export async function runInPage(context: BrowserContext, task: Task): Promise<Step[]> {
  const page = await openPage(context, task)
  return await page.evaluate((given) => (globalThis as any).runScenario(given) as Promise<Step[]>, task)
}

export async function runInServiceWorker(context: BrowserContext, task: Task): Promise<Step[]> {
  const page = await openPage(context, task)
  return await page.evaluate(async (given) => {
    await navigator.serviceWorker.register('worker.js')
    const { active } = await navigator.serviceWorker.ready
    const answer = new Promise<Step[]>((resolve) => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data as Step[]))
    })
    active?.postMessage(given, { transfer: [] })
    return await answer
  }, task)
}

async function openPage(context: BrowserContext, { url }: Task): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url + PAGE)
  await page.waitForFunction('globalThis.runScenario')
  return page
}

const PAGE = '/scenario/'

const HTML = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>'

const IN_PAGE = 'globalThis.runScenario = (task) => run(task, library)'

// Registered at once, or the browser would end it while the scenario runs.
const IN_WORKER = `
self.addEventListener('message', (event) => {
  const answered = run(event.data, library).then((record) => event.source.postMessage(record))
  event.waitUntil(answered)
})
`
