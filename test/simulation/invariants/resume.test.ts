// The check of who comes back to its place, on traces written by hand: what it passes, and what it finds.
import { describe, expect, it } from 'vitest'
import { Reader } from '../reader'
import { checkResumed } from './resume'

/** A connection that begins behind `seq`, and is given events that are named after their seq. */
function connection(seq: number, seqs: readonly number[], recovered?: boolean): Reader {
  const reader = new Reader('Ada', true, () => undefined)
  const head = { clientID: 'client_1', latency: 0 }
  reader.take({ ...head, type: 'CONNECTED', payload: { members: [], presence: {}, epoch: 'epoch_1', seq, recovered } })
  for (const at of seqs)
    reader.take({ ...head, type: 'DATA', eventID: `evt_${at}`, seq: at, payload: { k: `Bob#${at}` } })
  return reader
}

function broken(...connections: readonly Reader[]): string[] {
  const published = new Map([1, 2, 3, 4, 5].map((seq) => [seq, `${seq} evt_${seq}`]))
  const found: string[] = []
  checkResumed('Ada', connections, published, (invariant, message) => found.push(`${invariant} ${message}`))
  return found
}

describe('the check of a resumed session', () => {
  it('passes who goes on where the connection broke [I4, I5]', () => {
    expect(broken(connection(0, [1, 2]), connection(2, [3, 4, 5], true))).toEqual([])
  })

  it('finds an event that fell between two connections [I4]', () => {
    expect(broken(connection(0, [1, 2]), connection(2, [4, 5], true))).toEqual(['I4 Ada misses 3 evt_3'])
  })

  it('finds an event that was given on both [I5]', () => {
    expect(broken(connection(0, [1, 2]), connection(1, [2, 3], true))).toEqual(['I5 Ada is given 2 evt_2 twice'])
  })

  it('lets who was told of the gap begin anew [I4]', () => {
    expect(broken(connection(0, [1, 2]), connection(4, [5], false))).toEqual([])
  })
})
