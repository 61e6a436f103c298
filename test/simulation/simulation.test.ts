// Random lives of real clients and the real server, under random faults: a few hundred of the seeds of `npm run simulate`.
import { describe, expect, it } from 'vitest'
import { hunt, shrunk } from './hunt'
import { report } from './report'

const SEEDS = 240
const CHUNK = 40

describe('clients and a server under random use and faults', () => {
  const chunks = Array.from({ length: SEEDS / CHUNK }, (_, at) => ({ from: at * CHUNK + 1, to: (at + 1) * CHUNK }))

  it.each(chunks)(
    'keep their invariants with the seeds $from to $to [I1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I13, I14, I15, I16, I17, I18]',
    async ({ from, to }) => {
      for (let seed = from; seed <= to; seed++) {
        const finding = await hunt(seed)
        if (finding) expect.fail(report(await shrunk(finding)))
      }
    },
    60_000,
  )
})
