// What a server may be told, and what it is without being told.
import { defaultLimits, type Limits, type MemberEntry } from '@websockets.do/protocol'
import type { Authorize } from './authorizer'
import type { Clock, Ids, Journal, Random } from './core/ports'
import type { Saved } from './core/saved'
import type { OnEmit } from './publish'
import type { Contracts } from './validator'

export interface ServerOptions {
  /** Decides who may listen, emit, read the history and the members. Without it all is open but the history [OR-3]. */
  readonly authorize?: Authorize
  /**
   * What channels carry: by name (`room`), by its beginning (`chat:*`, of which the longest counts), or by a function. Payloads and presence
   * that do not fit are refused with BAD_PAYLOAD; what fits is passed on as it came.
   */
  readonly contracts?: Contracts
  /** Before an event that a member or an HTTP caller emits is published: may refuse or change it. Not asked for the program's own. */
  readonly onEmit?: OnEmit
  /** After a member has joined and been welcomed. Not when it comes back by its session. */
  readonly onJoin?: (joined: { readonly channel: string; readonly member: MemberEntry }) => void
  /** After a member has left for good; `code` is the close code of its connection, where there was one. Not when it comes back by its session. */
  readonly onLeave?: (left: { readonly channel: string; readonly member: MemberEntry; readonly code?: number }) => void
  /** Told of whatever the program's functions or the sockets throw; nothing of it goes further. Default: console.error. */
  readonly onError?: (error: unknown, context: string) => void
  /** Origins of other sites that may use this server, as browsers send them: `https://app.example` [OR-1]. */
  readonly origins?: readonly string[]
  /** The origin under which a proxy serves this server. */
  readonly publicOrigin?: string
  /** Takes the caller's address from the last entry of X-Forwarded-For. Only behind a proxy that sets it. Default false. */
  readonly trustProxy?: boolean
  /** Whether GET may emit. Default: unless the server is reachable from other machines and has no `authorize` [EM-2]. */
  readonly getEmit?: boolean
  /** How often a member is pinged, and how long it may take to answer, in ms. Default 20,000 and 15,000 [CL-5]. */
  readonly heartbeat?: { readonly intervalMs?: number; readonly timeoutMs?: number }
  /** How long a member that has a session may come back to its place after it lost its connection, in ms. 0: it leaves at once. Default 30,000 [RS-3]. */
  readonly graceMs?: number
  /** The retained events of a channel, and of all of them. Default 1,000, 1 MiB, 120 s, 64 MiB, and not readable without `authorize`. */
  readonly history?: {
    readonly readable?: boolean
    readonly maxEvents?: number
    readonly maxBytes?: number
    readonly maxAgeMs?: number
    readonly maxTotalBytes?: number
  }
  readonly limits?: Partial<Limits>
  /** What an earlier server gave by `save()`: its channels' streams go on where they were [RS-1]. What is not as it was saved goes to `onError`, and nothing is restored. */
  readonly saved?: Saved
  /** Is told of all that has to outlive the process, as it happens: for a runtime that ends it while sockets are open. */
  readonly journal?: Journal
  readonly clock?: Clock
  readonly ids?: Ids
  readonly random?: Random
}

export function limitsOf({ limits }: ServerOptions): Limits {
  return { ...defaultLimits, ...limits }
}

export const defaultHeartbeat = { intervalMs: 20_000, timeoutMs: 15_000 }

export const defaultGraceMs = 30_000

export const defaultHistory = {
  maxEvents: 1_000,
  maxBytes: 1024 * 1024,
  maxAgeMs: 120_000,
  maxTotalBytes: 64 * 1024 * 1024,
}
