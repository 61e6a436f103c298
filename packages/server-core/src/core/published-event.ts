// One event of a channel's stream, from its emit until it is neither awaited nor retained.
import type { Ack, EmitResult } from '@websockets.do/protocol'
import type { Awaited } from './awaited'
import type { Retained } from './retention'
import type { Targets } from './targets'

/** A request to publish that has passed authorisation and validation. */
export interface Publication {
  /** JSON text. */
  readonly payload: string
  /** The payload as its publisher sent it, before the program changed it: what a repeat must match [EM-8]. */
  readonly sent: string
  readonly targets: Targets
  readonly requireAck: boolean
  /** How long to wait for acknowledgements, in ms. */
  readonly timeoutMs: number
  /** The member that emits; absent for HTTP and for the program. */
  readonly from?: string
  /** False leaves the sender out, before targets are applied [CL-4]. */
  readonly echo: boolean
  /** Who emits, for EM-8: one principal's ids mean nothing to another. */
  readonly principal: string
  readonly via: 'http' | 'socket' | 'program'
  /** Chosen by the publisher, so that a repeat is known as one. */
  readonly eventID?: string
  /** The publisher's `Idempotency-Key`. */
  readonly key?: string
  onAck?(ack: Ack): void
}

export interface PublishedEvent extends Retained {
  readonly eventID: string
  readonly seq: number
  /** Unix ms. */
  readonly timestamp: number
  /** JSON text. */
  readonly payload: string
  readonly from?: string
  /** False: not for the member that emitted it [CL-4]. */
  readonly echo: boolean
  /** Absent: public, for everyone who listens. */
  readonly addressees?: ReadonlySet<string>
  /** What a repeat must match to be one [EM-8]. */
  readonly sent: string
  readonly scope: string
  readonly wanted: string
  /** Where it is found by its publisher's `Idempotency-Key`. */
  readonly key?: string
  bytes: number
  retained: boolean
  awaited?: { readonly acks: Awaited; stop(): void }
  answer?: EmitResult
  /** Repeats that came while the first was awaited: each gets its answer. */
  repeats: ((result: EmitResult) => void)[]
}
