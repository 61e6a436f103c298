// The Chromium of the browser tests: one for each file, in which every test has a context of its own.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'

/** A host that is not this machine by its name, and is by its address. */
export const foreignHost = 'evil.test'

/** `describe` where there is a browser. Without one it is skipped, or fails where CI must not go without. */
export const describeInChromium = describe.skipIf(missing())

/** Call it once in a `describe`; the result makes a context that ends with its test. `bfcache`: pages are kept for the back button. */
export function useChromium({ bfcache = false } = {}): (options?: BrowserContextOptions) => Promise<BrowserContext> {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath(),
      chromiumSandbox: false,
      args: flags,
      ignoreDefaultArgs: bfcache ? ['--disable-back-forward-cache'] : [],
    })
  })
  afterAll(async () => await browser?.close())
  return async (options) => {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(20_000)
    onTestFinished(async () => await context.close())
    return context
  }
}

function executablePath(): string {
  return process.env['CHROMIUM_PATH'] ?? ''
}

function missing(): boolean {
  if (executablePath()) return false
  const reason = 'no Chromium was found: install it, or set CHROMIUM_PATH'
  if (process.env['CI']) throw new Error(`the browser tests can't run, because ${reason}`)
  console.warn(`The browser tests are skipped, because ${reason}.`)
  return true
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  `--host-resolver-rules=MAP ${foreignHost} 127.0.0.1`,
]
