// What of a server's channels outlives its process, as plain JSON: their streams, and where sockets outlive it too, their members.
import type { EmitResult, Json, JsonObject } from '@websockets.do/protocol'

export interface SavedEvent {
  readonly eventID: string
  readonly seq: number
  /** Unix ms. */
  readonly timestamp: number
  /** How long ago it was published when it was saved, in ms. */
  readonly ageMs: number
  /** JSON text. */
  readonly payload: string
  readonly sent: string
  readonly scope: string
  readonly wanted: string
  readonly answer: EmitResult
  readonly from?: string
  /** Not for the member that emitted it [CL-4]. */
  readonly echo?: false
  readonly addressees?: readonly string[]
  readonly key?: string
}

export interface SavedChannel {
  readonly name: string
  readonly epoch: string
  /** The position of its newest event. */
  readonly seq: number
  /** The position of the last event that is gone. */
  readonly floor: number
  /** Oldest first. */
  readonly events: readonly SavedEvent[]
  /** Only what a journal has kept has any. Each is taken back as one that has lost its connection, until `restore` brings its socket. */
  readonly members?: readonly SavedMember[]
}

/** A member, connected or not. */
export interface SavedMember {
  readonly clientID: string
  readonly presence: JsonObject
  readonly user?: Json
  readonly session?: string
  /** The stream's position when it joined. */
  readonly joinedAt: number
  readonly attempt: number
  /** Unix ms. */
  readonly expiresAt?: number
  /** Since when it has had no connection, in Unix ms, and the code with which it closed. */
  readonly away?: { readonly since: number; readonly code?: number }
  /** What opened its newest connection, and is shown to `authorize` for what it emits. With the token, if it had one. */
  readonly opening?: SavedRequest
}

/** A GET. */
export interface SavedRequest {
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** What a socket has to keep, so that its member can be given it back. Times are Unix ms. */
export interface SavedLine {
  readonly clientID: string
  readonly latency: number
  readonly badMessages: number
  readonly pingDueAt: number
  /** When the PING was sent that is unanswered. */
  readonly pingedAt?: number
}

/** Made by `server.save()`, or from what a journal has kept, for the option `saved` of the server that takes over. Plain JSON. */
export interface Saved {
  readonly version: 1
  /** Unix ms. */
  readonly savedAt: number
  readonly channels: readonly SavedChannel[]
}

/** What is wrong with something that should have come from `save()`, in words; undefined when nothing is. */
export function savedFault(saved: unknown): string | undefined {
  if (!isRecord(saved) || saved['version'] !== 1) return 'expected version 1'
  const { savedAt, channels } = saved
  if (typeof savedAt !== 'number' || !Array.isArray(channels)) return 'expected `savedAt` and `channels`'
  const wrong = channels.findIndex((channel: unknown) => !isSavedChannel(channel))
  return wrong === -1 ? undefined : `channel number ${wrong} is not as it was saved`
}

function isSavedChannel(channel: unknown): boolean {
  if (!isRecord(channel)) return false
  const { name, epoch, seq, floor, events, members = [] } = channel
  if (typeof name !== 'string' || typeof epoch !== 'string' || !Array.isArray(events)) return false
  if (!Array.isArray(members) || !members.every(isSavedMember)) return false
  let last = floor
  for (const event of events as unknown[]) {
    if (!isRecord(event) || !isRecord(event['answer'])) return false
    if (!['eventID', 'payload', 'sent', 'scope', 'wanted'].every((field) => typeof event[field] === 'string'))
      return false
    const { seq: place, ageMs, addressees = [] } = event
    if (!Array.isArray(addressees)) return false
    if (typeof place !== 'number' || typeof ageMs !== 'number' || !(place > Number(last))) return false
    last = place
  }
  return typeof seq === 'number' && typeof last === 'number' && last <= seq
}

function isSavedMember(member: unknown): boolean {
  if (!isRecord(member) || typeof member['clientID'] !== 'string' || !isRecord(member['presence'])) return false
  const { joinedAt, attempt, session, away, opening } = member
  if (typeof joinedAt !== 'number' || typeof attempt !== 'number') return false
  if (session !== undefined && typeof session !== 'string') return false
  if (away !== undefined && !(isRecord(away) && typeof away['since'] === 'number')) return false
  return opening === undefined || isSavedRequest(opening)
}

function isSavedRequest(opening: unknown): boolean {
  if (!isRecord(opening) || typeof opening['url'] !== 'string' || !Array.isArray(opening['headers'])) return false
  // A `Request` that cannot be made would throw only when its member emits.
  return opening['headers'].every((header: unknown) => Array.isArray(header) && header.every(isString))
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
