// What of a server's channels outlives its process: their streams, as plain JSON. Who was connected is not in it.
import type { EmitResult } from '@websockets.do/protocol'

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
}

/** Made by `server.save()`, for the option `saved` of the server that takes over. Plain JSON. */
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
  const { name, epoch, seq, floor, events } = channel
  if (typeof name !== 'string' || typeof epoch !== 'string' || !Array.isArray(events)) return false
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
