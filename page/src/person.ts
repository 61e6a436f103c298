// How a member is shown. Presence is whatever its sender likes: nothing of it is trusted to be what it is here.
import type { JsonObject, Member } from '@websockets.do/client'
import { colorFor } from './identity'

export interface Person {
  readonly clientID: string
  readonly name: string
  readonly color: string
  /** What else the presence says, and the user where the server vouches for one; undefined where that is nothing. */
  readonly more: string | undefined
}

export function personOf({ clientID, presence, user }: Member): Person {
  const { username, name, color, ...rest } = presence
  const more = { ...(user !== undefined && { user }), ...rest }
  return {
    clientID,
    name: textOf(username) ?? textOf(name) ?? shortID(clientID),
    // Only a plain colour: anything else could make the page fetch something.
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : colorFor(clientID),
    more: Object.keys(more).length > 0 ? JSON.stringify(more) : undefined,
  }
}

/** Somebody of whom no more is known. */
export function stranger(clientID: string): Person {
  return personOf({ clientID, presence: {} as JsonObject })
}

export function shortID(clientID: string): string {
  return clientID.length > 15 ? `${clientID.slice(0, 14)}…` : clientID
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined
}
