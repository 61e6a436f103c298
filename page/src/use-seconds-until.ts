// Counts down to a moment on the client's clock.
import { useClient } from '@websockets.do/react'
import { useEffect, useState } from 'react'

/** Whole seconds still to go; undefined when there is nothing to wait for. */
export function useSecondsUntil(moment: number | undefined): number | undefined {
  const { clock } = useClient()
  const [, setTick] = useState(0)

  useEffect(() => {
    if (moment === undefined) return
    const timer = setInterval(() => setTick((tick) => tick + 1), 250)
    return () => clearInterval(timer)
  }, [moment])

  return moment === undefined ? undefined : Math.max(Math.ceil((moment - clock.now()) / 1_000), 0)
}
