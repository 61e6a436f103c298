// The runtimes and bridges over which the adapters' suite runs: how a server is opened in each, and what each lacks.
import type { OpenAdapter, Without } from '@websockets.do/server-core/conformance'
import { openMemory } from './openers/memory'
import { openMockSocket } from './openers/mock-socket'
import { installMsw, openMsw } from './openers/msw'
import { openNode } from './openers/node'

export interface Target {
  readonly name: string
  readonly open: OpenAdapter
  /** What it can't do, and why. */
  readonly without: Without
  /** Whether it can be run here at all. */
  isInstalled(): boolean
  /** Prepares this process for it; the result puts everything back. */
  install?(): () => void
}

/** As the bridges in a page have to, since a stream in a request is nothing that every browser knows. */
const wholeBodies = 'the bridge reads a body to its end before it hands the request on'

export const targets: readonly Target[] = [
  { name: 'memory', open: openMemory, without: {}, isInstalled },
  { name: 'Node', open: openNode, without: {}, isInstalled },
  {
    name: 'msw',
    open: openMsw,
    without: {
      'request-stream': wholeBodies,
      'stream-cancel': 'msw keeps a copy of each body, and reads on when the page no longer does',
      'slow-consumer': 'msw keeps a copy of each body, and reads on when the page no longer does',
    },
    isInstalled,
    install: installMsw,
  },
  { name: 'mock-socket', open: openMockSocket, without: { 'request-stream': wholeBodies }, isInstalled },
]

/** What the project's own packages bring along is always there. */
function isInstalled(): boolean {
  return true
}
