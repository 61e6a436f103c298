// What a program does with the client, from the first connection to the last close, told step by step. It runs unchanged in
// every runtime, so it uses the client's public API and nothing else that not all of them have.
import { createWorld } from './steps/world.mjs'
import { acknowledgement } from './steps/acknowledgement.mjs'
import { closing } from './steps/closing.mjs'
import { connecting } from './steps/connecting.mjs'
import { contracts } from './steps/contracts.mjs'
import { emitting } from './steps/emitting.mjs'
import { fallingBack } from './steps/falling-back.mjs'
import { members } from './steps/members.mjs'
import { reading } from './steps/reading.mjs'
import { reconnecting } from './steps/reconnecting.mjs'
import { resuming } from './steps/resuming.mjs'
import { waiting } from './steps/waiting.mjs'

const steps = {
  ...connecting,
  ...members,
  ...emitting,
  ...acknowledgement,
  ...reading,
  ...reconnecting,
  ...resuming,
  ...waiting,
  ...fallingBack,
  ...contracts,
  ...closing,
}

/**
 * Every step has channels of its own and leaves nothing behind, so one that fails spoils no other.
 * @param {{ url: string, server: string, control: string, name: string, log?: (step: string) => void }} task
 *   `server` is what is behind `url`; `control` is where the network between them is made to fail; `name` keeps apart those who
 *   run at the same time
 * @param {Record<'createClient' | 'defineChannel' | 'eventStream' | 'people', Function>} library
 * @returns {Promise<{ step: string, ok: boolean, detail: unknown }[]>}
 */
export async function run({ log, ...task }, library) {
  const record = []
  for (const [step, act] of Object.entries(steps)) {
    log?.(step)
    const world = createWorld({ ...task, library, room: `${task.name}-${record.length}` })
    try {
      record.push({ step, ok: true, detail: world.told(await world.within(15_000, act(world))) })
    } catch (error) {
      record.push({ step, ok: false, detail: `${error?.code ?? ''} ${error?.stack ?? error}` })
    }
    await world.leave()
  }
  return record
}
