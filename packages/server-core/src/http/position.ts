// A place in a channel's stream, as text: `<epoch>:<seq>` [RS-2, HI-1].
import type { Position } from '../core/arrivals'

export type { Position }

export function parsePosition(text: string): Position | undefined {
  const [, epoch, seq] = /^([\w-]{1,64}):(\d{1,15})$/.exec(text) ?? []
  return epoch === undefined || seq === undefined ? undefined : { epoch, seq: Number(seq) }
}
