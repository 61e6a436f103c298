// What `emit` returns: awaitable as a whole, and iterable as the acknowledgements arrive [ACK-8].
import type { Ack, EmitResult } from '@websockets.do/protocol'

/** Resolves to the result (an ACK timeout is one); iterates over the acknowledgements, from the first, until it is settled. */
export interface Emission extends Promise<EmitResult>, AsyncIterable<Ack> {}

export interface EmissionSource {
  onAck(ack: Ack): void
  resolve(result: EmitResult): void
  reject(error: unknown): void
}

export function createEmission(start: (source: EmissionSource) => void): Emission {
  const acks: Ack[] = []
  let over = false
  let wake: (() => void)[] = []
  const changed = () => {
    const waiting = wake
    wake = []
    for (const resume of waiting) resume()
  }
  const result = new Promise<EmitResult>((resolve, reject) => {
    start({
      onAck(ack) {
        acks.push(ack)
        changed()
      },
      resolve,
      reject,
    })
  })
  const end = () => {
    over = true
    changed()
  }
  result.then(end, end)
  async function* iterate(): AsyncIterator<Ack> {
    for (let at = 0; ; at++) {
      while (at >= acks.length) {
        if (over) {
          // A refusal reaches who iterates as it reaches who awaits.
          await result
          return
        }
        await new Promise<void>((resume) => wake.push(resume))
      }
      yield acks[at] as Ack
    }
  }
  return Object.assign(result, { [Symbol.asyncIterator]: iterate })
}
