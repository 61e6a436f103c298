// What a plan is made of: plain data. Actors are named by an index modulo those that are there, so that any step can be left out.

/**
 * What a handler does with an event; `late` is acknowledged by a step of that name. Who may `flee` closes the channel when
 * the connection is lost, who may `greet` emits when it is there.
 */
export type Mood =
  | 'nothing'
  | 'ack'
  | 'nack'
  | 'reply'
  | 'late'
  | 'throw'
  | 'reject'
  | 'reenter'
  | 'unsubscribe'
  | 'leave'
  | 'flee'
  | 'greet'

/** Everyone, so many, or these members of the channel; `stranger` adds an id that nobody has. */
export type Whom =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'some'; readonly count: number }
  | { readonly kind: 'these'; readonly members: readonly number[]; readonly stranger: boolean }

export interface Emit {
  readonly named: boolean
  readonly requireAck: boolean
  readonly whom: Whom
  readonly timeoutMs: number
  readonly echo: boolean
  readonly padding: number
}

/** What whoever emits does about an answer that does not come: `timeoutMs` is what it says, or it waits, or it gives up. */
export type Patience = 'given' | 'none' | { readonly abortMs: number }

/** Which part of the network: all of it, or a device's. */
export type Scope = number | 'all'
export type Way = 'up' | 'down' | 'both'

export type Action =
  | {
      readonly do: 'open'
      readonly client: number
      readonly channel: number
      readonly moods: readonly Mood[]
      readonly manual: boolean
      readonly rewind: number
      readonly presence: boolean
      readonly connect: boolean
    }
  | { readonly do: 'connect' | 'close' | 'closeClient' | 'history'; readonly seat: number }
  | { readonly do: 'signal'; readonly client: number; readonly signal: 'online' | 'offline' | 'wake' }
  | {
      readonly do: 'emit'
      readonly seat: number
      readonly times: number
      readonly emit: Emit
      readonly patience: Patience
      readonly repeatable: boolean
    }
  | {
      readonly do: 'presence'
      readonly seat: number
      readonly times: number
      readonly how: 'set' | 'update'
      readonly padding: number
    }
  | { readonly do: 'read'; readonly seat: number; readonly take: number; readonly stop: 'break' | 'abort' }
  | { readonly do: 'late'; readonly nth: number }
  | {
      readonly do: 'rawJoin'
      readonly device: number
      readonly channel: number
      readonly pongs: boolean
      readonly acks: 'auto' | 'late' | 'never'
      readonly session: boolean
      readonly rewind: number
    }
  /** By the session of one that is there or gone, as somebody who counts its attempts, or does not. */
  | {
      readonly do: 'rawResume'
      readonly device: number
      readonly raw: number
      readonly attempt: 'next' | 'same' | 'none'
      readonly since: 'last' | 'first' | 'none'
      readonly twice: boolean
    }
  | { readonly do: 'rawEmit'; readonly raw: number; readonly progress: boolean; readonly emit: Emit }
  | { readonly do: 'rawSend'; readonly raw: number; readonly what: 'presence' | 'garbage' | 'ping' | 'wrong ack' }
  | { readonly do: 'rawClose'; readonly raw: number; readonly code: number }
  /** `after`: goes on where one that is over has ended. */
  | { readonly do: 'observe'; readonly device: number; readonly channel: number; readonly after: number | undefined }
  | { readonly do: 'unobserve'; readonly observer: number }
  | { readonly do: 'publish'; readonly client: number; readonly channel: number; readonly emit: Emit }
  | {
      readonly do: 'request'
      readonly device: number
      readonly channel: number
      readonly by: 'key' | 'id' | 'nothing'
      readonly emit: Emit
    }
  | { readonly do: 'again'; readonly nth: number }
  | { readonly do: 'program'; readonly channel: number; readonly repeatable: boolean; readonly emit: Emit }
  | { readonly do: 'disconnect'; readonly channel: number; readonly member: number; readonly code: Disconnected }
  | { readonly do: 'advance' | 'skew' | 'freeze'; readonly ms: number }
  | { readonly do: 'latency'; readonly scope: Scope; readonly ms: number; readonly jitter: number }
  | { readonly do: 'hold' | 'release' | 'stall'; readonly scope: Scope; readonly way: Way }
  /** `muteMs`: before it breaks nothing gets up any more for so long. */
  | {
      readonly do: 'sever'
      readonly scope: Scope
      readonly end: 'client' | 'server' | 'both'
      readonly muteMs: number
    }
  | {
      readonly do: 'dropAfter'
      readonly scope: Scope
      readonly frames: number
      readonly how: 'sever' | 'stall'
      readonly way: Way
    }
  | { readonly do: 'repeat'; readonly scope: Scope; readonly frames: number; readonly way: Way }
  | { readonly do: 'partition' | 'heal'; readonly scope: Scope }
  /** No WebSocket gets through any more, while plain HTTP does; `sever`: nor do those last that are open. */
  | { readonly do: 'block'; readonly scope: Scope; readonly how: Block | undefined; readonly sever: boolean }
  | { readonly do: 'sleep' | 'wake'; readonly device: number }
  | { readonly do: 'stop'; readonly drainMs: number }
  | { readonly do: 'start'; readonly history: boolean }

export type Block = 'refuse' | 'swallow'
export type Disconnected = 'FORBIDDEN' | 'PING_TIMEOUT' | 'UNAUTHORIZED' | 'REPLACED' | 'INTERNAL'

/** `settle`: everything that takes no time arrives before the next step. */
export type Step = Action & { readonly settle: boolean }
