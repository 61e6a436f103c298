// Saying something: it waits for the connection, if there is none, and is seen to wait.
import { useState } from 'react'
import { useEmit } from '../hooks'
import { useIdentity } from '../people/use-identity'
import { randomID } from '../random-id'
import type { Message } from '../room'

export interface Said {
  readonly eventID: string
  readonly data: Message
}

export function useSend(channel: string) {
  const me = useIdentity()
  const [emit] = useEmit(channel)
  const [waiting, setWaiting] = useState<readonly Said[]>([])

  /** Rejects when it has failed for good. */
  async function send(text: string): Promise<void> {
    // Its id is chosen here: so it is known again when it comes back as an event.
    const said = { eventID: `evt_${randomID()}`, data: { ...me, text, at: Date.now() } }
    setWaiting((all) => [...all, said])
    await emit('message', said.data, { eventID: said.eventID }).finally(() =>
      setWaiting((all) => all.filter((other) => other !== said)),
    )
  }

  return { waiting, send }
}
