// What a WebSocket does, scenario by scenario: told in the same words by a browser's own and by the one in memory.
import { closing } from './websocket-scenarios/closing'
import { constructing } from './websocket-scenarios/constructing'
import type { Engine, Scenario } from './websocket-scenarios/engine'
import { handling } from './websocket-scenarios/handling'
import { opening } from './websocket-scenarios/opening'
import { sending } from './websocket-scenarios/sending'

export type { Engine } from './websocket-scenarios/engine'

export const scenarios: Readonly<Record<string, Scenario>> = {
  ...constructing,
  ...opening,
  ...handling,
  ...closing,
  ...sending,
}

/** What was seen, as it would come out of a page: plain JSON. */
export async function observe(name: string, engine: Engine): Promise<unknown> {
  const observed = await scenarios[name]?.(engine)
  return JSON.parse(JSON.stringify(observed))
}
