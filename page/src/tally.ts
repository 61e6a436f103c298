// What each recipient of an emission did: from what is seen while it lasts, from the server's word once it is over.
import type { EmitResult, JsonObject } from '@websockets.do/client'
import type { FollowedEmission } from './use-emission'

export interface Recipient {
  readonly clientID: string
  readonly state: 'acknowledged' | 'waiting' | 'silent' | 'refused' | 'left' | 'absent'
  /** What their acknowledgement said. */
  readonly note?: string | undefined
}

/** In the order in which they were expected, so that nobody moves when something comes of it; then whoever else turned up. */
export function tallyOf(emission: FollowedEmission, isHere: (clientID: string) => boolean): readonly Recipient[] {
  const { draft, outcome } = emission
  if (!draft.requireAck || outcome?.kind === 'failure') return outcome?.kind === 'result' ? unknown(outcome.result) : []
  const known = new Map([...(outcome ? told(outcome.result) : seen(emission))].map((entry) => [entry.clientID, entry]))
  const expected = (draft.expected ?? []).flatMap((clientID): Recipient[] => {
    const entry = known.get(clientID)
    known.delete(clientID)
    if (entry) return [entry]
    // The server's word is complete: whoever it does not name left or came at the same moment, and was no recipient.
    return outcome ? [] : [{ clientID, state: isHere(clientID) ? 'waiting' : 'left' }]
  })
  return [...expected, ...known.values()]
}

function seen({ acks }: FollowedEmission): Recipient[] {
  return acks.map(({ clientID, reply, error }) => ({
    clientID,
    state: error === undefined ? 'acknowledged' : 'refused',
    note: error ?? textOf(reply),
  }))
}

function told(result: EmitResult): Recipient[] {
  const { acked = [], pending = [], failed = [], left = [], replies = {} } = result
  return [
    ...acked.map((clientID) => ({ clientID, state: 'acknowledged' as const, note: textOf(replies[clientID]) })),
    ...pending.map((clientID) => ({ clientID, state: 'silent' as const })),
    ...failed.map(({ clientID, error }) => ({ clientID, state: 'refused' as const, note: error })),
    ...left.map((clientID) => ({ clientID, state: 'left' as const })),
    ...unknown(result),
  ]
}

function unknown({ unknown: clientIDs = [] }: EmitResult): Recipient[] {
  return clientIDs.map((clientID) => ({ clientID, state: 'absent' }))
}

function textOf(reply: JsonObject | undefined): string | undefined {
  return reply && Object.keys(reply).length > 0 ? JSON.stringify(reply) : undefined
}
