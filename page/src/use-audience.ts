// To whom one emits: everyone, those picked from the list, or so many at random.
import { useState } from 'react'
import type { Person } from './person'

export type AudienceKind = 'everyone' | 'picked' | 'random'

export interface Audience {
  readonly kind: AudienceKind
  readonly choose: (kind: AudienceKind) => void
  /** Who is picked and still here, in the order of the list. */
  readonly picked: readonly string[]
  readonly toggle: (clientID: string) => void
  /** As it was typed. */
  readonly count: string
  readonly setCount: (count: string) => void
}

export function useAudience(people: readonly Person[]): Audience {
  const [kind, choose] = useState<AudienceKind>('everyone')
  const [picks, setPicks] = useState<ReadonlySet<string>>(new Set())
  const [count, setCount] = useState('1')
  const picked = people.map(({ clientID }) => clientID).filter((clientID) => picks.has(clientID))

  function toggle(clientID: string): void {
    const next = new Set(picked)
    if (!next.delete(clientID)) next.add(clientID)
    setPicks(next)
    // Whoever picks somebody means them, and nobody picked is nobody to send to.
    choose(next.size === 0 ? 'everyone' : 'picked')
  }

  return { kind, choose, picked, toggle, count, setCount }
}
