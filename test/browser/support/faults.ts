// Whatever a page complains about: in its console, by an exception, or for want of an answer.
import type { Page } from 'playwright-core'

export function collectFaults(page: Page, faults: string[]): void {
  page.on('console', (message) => {
    if (/^(error|warning)$/.test(message.type())) faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => void faults.push(`thrown: ${error.message}`))
  page.on('requestfailed', (request) => void faults.push(`failed: ${request.url()}`))
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`)
  })
}
