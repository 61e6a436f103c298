// Tells the others where one's pointer is, as long as it is over the board.
import type { PointerEvent, ReactNode } from 'react'
import { useSetPresence } from '../hooks'

export interface PointerAreaProps {
  readonly channel: string
  readonly children: ReactNode
}

export function PointerArea({ channel, children }: PointerAreaProps) {
  const present = useSetPresence(channel)

  function show({ currentTarget, clientX, clientY }: PointerEvent): void {
    const { left, top, width, height } = currentTarget.getBoundingClientRect()
    present({ cursor: { x: share(clientX - left, width), y: share(clientY - top, height) } })
  }

  function hide(): void {
    present({ cursor: undefined })
  }

  return (
    <section
      className="board"
      aria-label="Board"
      onPointerDown={show}
      onPointerMove={show}
      onPointerLeave={hide}
      onPointerCancel={hide}
    >
      {children}
    </section>
  )
}

/** From 0 to 1, fine enough for any screen. */
function share(distance: number, length: number): number {
  return Math.min(1, Math.max(0, Math.round((distance / length) * 10_000) / 10_000))
}
