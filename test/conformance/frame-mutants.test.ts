// The kit finds servers that break a rule by the frames that they send and take, and names the rules that are broken and no others.
import { describe, it } from 'vitest'
import { frameMutants } from './frame-mutants'
import { expectFound } from './mutation'

describe('the conformance kit, with a server that breaks a rule by the frames that they send and take', () => {
  it.each(frameMutants)(
    'finds one that $what: $breaks',
    { timeout: 20_000 },
    async (mutant) => await expectFound(mutant),
  )
})
