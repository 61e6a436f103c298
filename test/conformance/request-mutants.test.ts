// The kit finds servers that break a rule by the way they answer requests, and names the rules that are broken and no others.
import { describe, it } from 'vitest'
import { requestMutants } from './request-mutants'
import { expectFound } from './mutation'

describe('the conformance kit, with a server that breaks a rule by the way they answer requests', () => {
  it.each(requestMutants)(
    'finds one that $what: $breaks',
    { timeout: 20_000 },
    async (mutant) => await expectFound(mutant),
  )
})
