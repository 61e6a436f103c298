// Tells the others that one is typing, until one has stopped for a while.
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useSetPresence } from '../hooks'

const PAUSE_MS = 3_000

export function useTyping(channel: string) {
  const present = useSetPresence(channel)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const stop = useCallback(() => {
    if (timer.current === undefined) return
    clearTimeout(timer.current)
    timer.current = undefined
    present({ typing: undefined })
  }, [present])

  const start = useCallback(() => {
    // Said once, not with each key.
    if (timer.current === undefined) present({ typing: true })
    clearTimeout(timer.current)
    timer.current = setTimeout(stop, PAUSE_MS)
  }, [present, stop])

  useEffect(() => stop, [stop])

  return useMemo(() => ({ start, stop }), [start, stop])
}
