// Components that show a room, and what makes them wait to be hydrated.
import { useEvents, type UseEventsOptions, useMembers } from '@websockets.do/react'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'

export function Chat({ id = 'chat', ...options }: UseEventsOptions & { readonly id?: string }) {
  const [events, { status }] = useEvents('room', options)
  return (
    <p id={id}>
      {status}: {events.map(({ data }) => String(data)).join()}
    </p>
  )
}

export function People({ id = 'people' }: { readonly id?: string }) {
  const names = useMembers('room', (members) => members.map(({ presence }) => String(presence['name'])))
  return <p id={id}>{names.join()}</p>
}

export const bob = { query: '?presence={"name":"Bob"}' }
export const eve = { query: '?presence={"name":"Eve"}' }

/** Suspends until it is opened. */
export function createGate(isOpen: boolean) {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = () => {
      isOpen = true
      resolve()
    }
  })
  const Gate = ({ children }: { readonly children: ReactNode }): ReactNode => {
    if (!isOpen) throw opened
    return children
  }
  return { open: () => act(async () => open()), Gate }
}
