// Who is in the channel, as values: each change makes a new list of the others, and whoever did not change stays the same object.
import type { JoinedMessage, Json, JsonObject, LeftMessage, UpdatedMessage } from '@websockets.do/protocol'

/** A client in the channel, as it presents itself. */
export interface Member<Presence = JsonObject> {
  readonly clientID: string
  readonly presence: Presence
  /** Who the server says this is, never taken from presence [MS-11]. */
  readonly user?: Json | undefined
}

type Members = readonly Member[]

/** The others after one of them came, went or changed. Who is not in the list can't change: only joining adds. */
export function reduce(others: Members, { type, payload }: JoinedMessage | LeftMessage | UpdatedMessage): Members {
  const isOther = ({ clientID }: Member): boolean => clientID !== payload.clientID
  if (type === 'PRESENCE:UPDATED') return others.map((other) => (isOther(other) ? other : payload))
  const rest = others.filter(isOther)
  return type === 'PRESENCE:JOINED' ? [...rest, payload] : rest
}
