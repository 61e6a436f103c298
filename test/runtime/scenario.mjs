// What a program does with the client, from the first connection to the last close, told step by step. It runs unchanged in
// every runtime, so it uses the client's public API and nothing else that not all of them have.
import { createWorld } from './steps/world.mjs'
import { acknowledgement } from './steps/acknowledgement.mjs'
import { closing } from './steps/closing.mjs'
import { connecting } from './steps/connecting.mjs'
import { emitting } from './steps/emitting.mjs'
import { members } from './steps/members.mjs'
import { reading } from './steps/reading.mjs'
import { reconnecting } from './steps/reconnecting.mjs'

const steps = { ...connecting, ...members, ...emitting, ...acknowledgement, ...reading, ...reconnecting, ...closing }

/**
 * Every step has channels of its own and leaves nothing behind, so one that fails spoils no other.
 * @param {{ url: string, control: string, name: string, createClient: Function, log?: (step: string) => void }} task
 *   `control` is where the network is made to fail; `name` keeps apart those who run at the same time
 * @returns {Promise<{ step: string, ok: boolean, detail: unknown }[]>}
 */
export async function run({ log, ...task }) {
  const record = []
  for (const [step, act] of Object.entries(steps)) {
    log?.(step)
    const world = createWorld({ ...task, room: `${task.name}-${record.length}` })
    try {
      record.push({ step, ok: true, detail: world.told(await world.within(15_000, act(world))) })
    } catch (error) {
      record.push({ step, ok: false, detail: `${error?.code ?? ''} ${error?.stack ?? error}` })
    }
    await world.leave()
  }
  return record
}
