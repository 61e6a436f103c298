// The client in every environment that it is for: one scenario against the server of `npm start`, and one record of what it saw.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { describeInChromium, useChromium } from '../browser/support/chromium'
import { launch, type Run } from '../support/launch'
import { runInAppEngine } from './drivers/app-engine'
import { pageFiles, runInPage, runInServiceWorker } from './drivers/page'
import { runInProcess } from './drivers/process'
import { runInWorkerd } from './drivers/workerd'
import record from './record.json'
import { type DoorFile, openDoor } from './support/door'
import { tellMissing } from './support/missing'
import { miniflare, runtimes } from './support/runtimes'
import type { Task } from './support/task'

/** What comes out otherwise in an engine for apps: its fetch gives an answer when it is over, and this one never is. */
const withoutStreams: Readonly<Record<string, unknown>> = {
  'gets in by events where WebSockets are refused, and does there what it does elsewhere': { opens: false },
  'does without WebSockets altogether, when it is told to': { opens: false },
  'is resumed over events as well, and misses nothing': { opens: false },
}

let server: Run
let url: string

beforeAll(async () => {
  server = launch(process.execPath, ['scripts/start.mjs', '--port', '0'])
  const [, port = ''] = await server.says(/listening at http:\S+:(\d+)/)
  url = `http://127.0.0.1:${port}`
})

afterAll(() => void server.child.kill('SIGKILL'))

async function taskFor(name: string, files?: Record<string, DoorFile>): Promise<Task> {
  const door = await openDoor(url, files)
  onTestFinished(() => door.close())
  return { url: door.url, server: url, control: door.control, name: name.replace(' ', '-').toLowerCase() }
}

tellMissing('the client', [...runtimes, { name: 'workerd', command: miniflare }])

describe('the client', () => {
  for (const { name, command } of runtimes) {
    it.skipIf(!command)(`does in ${name} what it does everywhere, and lets it end`, async () => {
      expect(await runInProcess(command ?? [], await taskFor(name))).toEqual(record)
    })
  }

  it.skipIf(!miniflare)('does in workerd what it does everywhere', async () => {
    expect(await runInWorkerd(miniflare ?? '', await taskFor('workerd'))).toEqual(record)
  })

  it('does in an engine for apps, without page, crypto and streams, what it does everywhere but for the fall-back', async () => {
    const expected = record.map(({ detail, ...told }) => ({ ...told, detail: withoutStreams[told.step] ?? detail }))
    expect(await runInAppEngine(await taskFor('app-engine'))).toEqual(expected)
  })
})

describeInChromium('the client in Chromium', () => {
  const newContext = useChromium()

  it('does in a page what it does everywhere', async () => {
    const task = await taskFor('page', await pageFiles())
    expect(await runInPage(await newContext(), task)).toEqual(record)
  })

  it('does in a service worker what it does everywhere', async () => {
    const task = await taskFor('service-worker', await pageFiles())
    expect(await runInServiceWorker(await newContext(), task)).toEqual(record)
  })
})
