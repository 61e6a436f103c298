// What a server rendered of a channel, as the hooks begin with it.
import type { Snapshot } from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import type { Listing } from './listing'

export interface Rendered {
  /** Idle, with the members that there were. */
  readonly snapshot: Snapshot
  /** A list of the newest events, and where it ends if that is as much as is asked for. */
  list(
    type: string | undefined,
    limit: number,
    contract: Contract | undefined,
  ): Partial<Listing> & { readonly since?: string | undefined }
}
