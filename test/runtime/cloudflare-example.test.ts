// The example for Cloudflare, as its README runs it: built for an upload, and served by `wrangler dev` for two browsers.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeInChromium, useChromium } from '../browser/support/chromium'
import { freePort } from '../support/free-port'
import { launch, type Run } from '../support/launch'
import { tellMissing } from './support/missing'

const example = fileURLToPath(new URL('../../examples/cloudflare', import.meta.url))
const wrangler = fileURLToPath(new URL('../../examples/node_modules/wrangler/bin/wrangler.js', import.meta.url))
const isInstalled = existsSync(wrangler)
tellMissing('the example', [{ name: 'wrangler', command: isInstalled ? wrangler : undefined }])

/** It asks nobody anything, and tells nobody. */
const quiet = { CI: '1', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' }

it.skipIf(!isInstalled)('is built by `wrangler deploy --dry-run`, with the class and its binding', () => {
  const out = mkdtempSync(join(tmpdir(), 'websockets.do-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const args = [wrangler, 'deploy', '--dry-run', '--outdir', out]
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: example,
    env: { ...process.env, ...quiet },
    encoding: 'utf8',
  })
  expect({ status, stdout }).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('env.CHANNELS (ChannelObject)'),
  })
  expect(readdirSync(out)).toContain('worker.js')
})

describeInChromium('the example in two browsers', () => {
  const newContext = useChromium()
  let run: Run
  let url: string

  beforeAll(async () => {
    if (!isInstalled) return
    const port = await freePort()
    const args = [wrangler, 'dev', '--cwd', example, '--ip', '127.0.0.1', '--port', String(port), '--persist-to']
    const state = mkdtempSync(join(tmpdir(), 'websockets.do-'))
    run = launch(process.execPath, [...args, state], quiet)
    await run.says(/Ready on/)
    url = `http://127.0.0.1:${port}`
    return async () => {
      run.child.kill('SIGTERM')
      await run.ended
      rmSync(state, { recursive: true, force: true })
    }
  })

  async function open(name: string): Promise<Page> {
    const context = await newContext()
    const page = await context.newPage()
    await page.goto(`${url}/?name=${name}`)
    await page.getByText('open', { exact: true }).waitFor()
    return page
  }

  it.skipIf(!isInstalled)('shows each who is here, brings what is said to both, and counts who has it', async () => {
    const [ada, grace] = [await open('Ada'), await open('Grace')]
    await ada.getByText('Here: you, Grace').waitFor()
    await grace.getByText('Here: you, Ada').waitFor()
    await ada.getByLabel('Message').fill('hello')
    await ada.getByRole('button').click()
    await ada.getByText('2 have it').waitFor()
    expect(await grace.locator('#messages li').allTextContents()).toEqual(['Ada hello'])
    await grace.close()
    await ada.getByText('Nobody else is here').waitFor()
    const emitted = await fetch(`${url}/realtime/lobby/emit`, {
      method: 'POST',
      body: '{"event":"message","data":{"name":"curl","text":"hi"}}',
    })
    expect(await emitted.json()).toMatchObject({ success: true, recipients: 1 })
    await ada.getByText('curl hi').waitFor()
  })

  it.skipIf(!isInstalled)('keeps what was said last, and where one writes, on a small screen', async () => {
    const page = await open('Ida')
    await page.setViewportSize({ width: 360, height: 640 })
    const said = Array.from({ length: 30 }, (_, index) => `line ${index}.`)
    for (const text of said) {
      const body = JSON.stringify({ event: 'message', data: { name: 'curl', text } })
      await fetch(`${url}/realtime/lobby/emit`, { method: 'POST', body })
    }
    const last = page.getByText('line 29.')
    await last.waitFor()
    for (const element of [last, page.getByRole('button')]) {
      const box = await element.boundingBox()
      expect(box && box.y + box.height).toBeLessThanOrEqual(640)
    }
  })
})
