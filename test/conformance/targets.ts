// The runtimes and bridges over which the adapters' suite runs: how a server is opened in each, and what each lacks.
import type { OpenAdapter, Without } from '@websockets.do/server-core/conformance'
import { openCrossws } from './openers/crossws'
import { openMemory } from './openers/memory'
import { openMockSocket } from './openers/mock-socket'
import { installMsw, openMsw } from './openers/msw'
import { openNode } from './openers/node'
import { openIn } from '../runtime/servers/open-in'
import { openWorkerd } from '../runtime/servers/workerd'
import { hasFrameworks } from '../frameworks/support/installed'
import { miniflare, runtimes } from '../runtime/support/runtimes'

export interface Target {
  readonly name: string
  readonly open: OpenAdapter
  /** What it can't do, and why. */
  readonly without: Without
  /** It needs one of the other runtimes, which are installed for `npm run test:runtimes`. */
  readonly isOther?: true
  /** Whether it can be run here at all. */
  isInstalled(): boolean
  /** Prepares this process for it; the result puts everything back. */
  install?(): () => void
}

/** As the bridges in a page have to, since a stream in a request is nothing that every browser knows. */
const wholeBodies = 'the bridge reads a body to its end before it hands the request on'

const workerd = {
  without: {
    'slow-consumer': 'a WebSocket of workerd does not tell how much waits in it',
    'stream-cancel': 'workerd tells that the reader of an answer has gone when the second chunk after that is sent',
    'stream-abort': 'workerd tells that the reader of an answer has gone when the second chunk after that is sent',
    'early-answer': 'workerd resets the connection by which a body still comes',
    'one-process': 'each channel is an object of its own',
    drain: 'nobody tells a Durable Object that it goes down; a deploy cuts its WebSockets',
  },
  isOther: true,
  isInstalled: () => miniflare !== undefined,
} as const

const all: readonly Target[] = [
  { name: 'memory', open: openMemory, without: {}, isInstalled },
  { name: 'Node', open: openNode, without: {}, isInstalled },
  {
    name: 'msw',
    open: openMsw,
    without: {
      'request-stream': wholeBodies,
      'early-answer': wholeBodies,
      'stream-cancel': 'msw keeps a copy of each body, and reads on when the page no longer does',
      'slow-consumer': 'msw keeps a copy of each body, and reads on when the page no longer does',
    },
    isInstalled,
    install: installMsw,
  },
  {
    name: 'mock-socket',
    open: openMockSocket,
    without: { 'request-stream': wholeBodies, 'early-answer': wholeBodies },
    isInstalled,
  },
  inProcess('Node 22'),
  inProcess('Node 24'),
  inProcess('Bun'),
  inProcess('Deno'),
  { ...workerd, name: 'workerd', open: openWorkerd },
  { name: 'crossws', open: openCrossws, without: {}, isOther: true, isInstalled: () => hasFrameworks },
]

/** Each is given time: many of them run at once, and answers over a network come when the machine has got to them. */
export const targets: readonly Target[] = all.map((target) => {
  return { ...target, open: async (options) => ({ deadlineMs: 20_000, ...(await target.open(options)) }) }
})

/** One that runs a program which serves on a port. */
function inProcess(name: string): Target {
  const { command } = runtimes.find((runtime) => runtime.name === name) ?? {}
  return { name, open: openIn(name), without: {}, isOther: true, isInstalled: () => command !== undefined }
}

/** What the project's own packages bring along is always there. */
function isInstalled(): boolean {
  return true
}
