// One's own name and colour, the same in every channel one visits.
import { useState } from 'react'
import { type Identity, loadIdentity, saveName } from './identity'

export function useIdentity(): readonly [Identity, (username: string) => void] {
  const [identity, setIdentity] = useState(loadIdentity)

  function rename(username: string): void {
    saveName(username)
    setIdentity({ ...identity, username })
  }

  return [identity, rename]
}
