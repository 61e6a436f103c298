// What must be true of everything that one reader was sent, whoever it is and whatever happened.
import { expect } from 'vitest'

/** I1, I2, I3, and what else one reader alone can see. */
export function checkReader(name: string, frames: readonly any[]): void {
  const data = frames.filter(({ type }) => type === 'DATA')
  const seqs = data.map(({ seq }) => seq as number)
  expect(seqs, `${name} reads by rising seq [I2]`).toEqual([...new Set(seqs)].sort((a, b) => a - b))
  expect(new Set(data.map(({ eventID }) => eventID)).size, `${name} reads no event twice [I3]`).toBe(data.length)
  const lastOf = new Map<string, number>()
  for (const { payload } of data) {
    const [publisher = '', n = ''] = String(payload).split('#')
    expect(Number(n), `${name} reads ${publisher} in order [I1]`).toBeGreaterThan(lastOf.get(publisher) ?? -1)
    lastOf.set(publisher, Number(n))
  }
  if (frames.some(({ type }) => type === 'CONNECTED'))
    expect(['CONNECTED'], `${name} is welcomed first [LI-5]`).toContain(frames[0].type)
  checkComingsAndGoings(name, frames)
  for (const frame of frames)
    if (frame.type !== 'PONG')
      expect(Number.isInteger(frame.latency) && frame.latency >= 0, `${name}: latency [MS-2]`).toBe(true)
}

/** I7: JOINED and LEFT alternate, and nothing comes from somebody after its LEFT, replays aside. */
function checkComingsAndGoings(name: string, frames: readonly any[]): void {
  const present = new Set<string>()
  const gone = new Set<string>()
  let position = 0
  for (const { type, payload, from, seq } of frames) {
    if (type === 'CONNECTED') {
      for (const { clientID } of payload.members) present.add(clientID)
      position = payload.seq
    }
    if (type === 'PRESENCE:JOINED') {
      expect(present.has(payload.clientID) || gone.has(payload.clientID), `${name}: JOINED twice [I7]`).toBe(false)
      present.add(payload.clientID)
    }
    if (type === 'PRESENCE:LEFT') {
      expect(present.delete(payload.clientID), `${name}: LEFT of somebody absent [I7]`).toBe(true)
      gone.add(payload.clientID)
    }
    if (type === 'PRESENCE:UPDATED') expect(gone.has(payload.clientID), `${name}: UPDATED after LEFT [I7]`).toBe(false)
    if (type === 'DATA') {
      expect(seq, `${name}: DATA follows the position of CONNECTED [MS-6]`).toBeGreaterThan(position)
      if (from !== undefined) expect(gone.has(from), `${name}: DATA after LEFT [I7]`).toBe(false)
    }
  }
}

/** The members as a reader has heard of them: the snapshot, and everything after it. */
export function viewOf(frames: readonly any[]): Map<string, unknown> {
  const view = new Map<string, unknown>()
  for (const { type, payload, clientID } of frames) {
    if (type === 'CONNECTED') {
      for (const entry of payload.members) view.set(entry.clientID, entry.presence)
      if (payload.presence.by !== undefined) view.set(clientID, payload.presence)
    }
    if (type === 'PRESENCE:JOINED' || type === 'PRESENCE:UPDATED') view.set(payload.clientID, payload.presence)
    if (type === 'PRESENCE:LEFT') view.delete(payload.clientID)
  }
  return view
}
