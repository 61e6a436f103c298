// The kit finds servers that break a rule by how somebody comes back, and names the rules that are broken and no others.
import { describe, it } from 'vitest'
import { sessionMutants } from './session-mutants'
import { expectFound } from './mutation'

describe('the conformance kit, with a server that breaks a rule by how somebody comes back', () => {
  it.each(sessionMutants)(
    'finds one that $what: $breaks',
    { timeout: 20_000 },
    async (mutant) => await expectFound(mutant),
  )
})
