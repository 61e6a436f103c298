// The runtimes and bridges over which the adapters' suite runs: how a server is opened in each, and what each lacks.
import type { OpenAdapter, Without } from '@websockets.do/server-core/conformance'
import { openMemory } from './openers/memory'
import { openMockSocket } from './openers/mock-socket'
import { openMsw } from './openers/msw'
import { openNode } from './openers/node'

export interface Target {
  readonly name: string
  readonly open: OpenAdapter
  /** What it can't do, and why. */
  readonly without: Without
  /** Whether it can be run here at all. */
  isInstalled(): boolean
}

export const targets: readonly Target[] = [
  { name: 'memory', open: openMemory, without: {}, isInstalled },
  { name: 'Node', open: openNode, without: {}, isInstalled },
  { name: 'msw', open: openMsw, without: {}, isInstalled },
  { name: 'mock-socket', open: openMockSocket, without: {}, isInstalled },
]

/** What the project's own packages bring along is always there. */
function isInstalled(): boolean {
  return true
}
