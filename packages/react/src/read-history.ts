import type { Channel, HistoryEntry } from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import { namedEvent } from '@websockets.do/protocol'
import type { ListedEvent } from './listing'

/** The newest `limit` events of a channel's history that are of the type, oldest first: by as many requests as that takes. */
export async function readHistory(
  { history }: Channel,
  limit: number,
  type: string | undefined,
  contract: Contract | undefined,
  isWanted: () => boolean,
): Promise<ListedEvent[]> {
  const window = Math.min(type === undefined ? limit : limit + 100, 1_000)
  const found: ListedEvent[] = []
  for (let before: string | undefined; ;) {
    const { epoch, history: entries } = await history({ limit: window, ...(before && { before }) })
    found.unshift(...readEntries(entries, type, contract))
    if (!isWanted() || found.length >= limit || entries.length < window) return found
    before = `${epoch}:${entries[0]?.seq}`
  }
}

/** Those of the type, as they would be heard; what the contract does not know, or not so, is left out. */
export function readEntries(
  entries: readonly HistoryEntry[],
  type: string | undefined,
  contract: Contract | undefined,
): ListedEvent[] {
  return entries.flatMap(({ eventID, payload, from, seq }) => {
    const name = namedEvent(payload)?.event
    if (type !== undefined && name !== type) return []
    try {
      const read = (contract ? contract.readPayload(payload) : payload) as ListedEvent
      return { eventID, payload, name, data: name === undefined ? read : read.data, from, seq } as ListedEvent
    } catch {
      return []
    }
  })
}
