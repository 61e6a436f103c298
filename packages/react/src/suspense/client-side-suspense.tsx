import { createContext, type ReactNode, Suspense, useState } from 'react'
import { useIsClient } from './use-is-client'
import type { Attempt } from './wait'

export interface ClientSideSuspenseProps {
  readonly fallback: ReactNode
  readonly children?: ReactNode
}

export const AttemptContext = createContext<Attempt>(undefined)

/**
 * A `<Suspense>` that shows its fallback on a server too, where no channel is opened, and while hydrating. Within an error
 * boundary, so that it is mounted anew by what resets that, it tells at once that a closed channel is to be tried again.
 */
export function ClientSideSuspense({ fallback, children }: ClientSideSuspenseProps): ReactNode {
  const [attempt] = useState(createAttempt)
  if (!useIsClient()) return fallback
  return (
    <AttemptContext.Provider value={attempt}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </AttemptContext.Provider>
  )
}

function createAttempt(): object {
  return {}
}
