// One emit that waits for acknowledgements: who has answered, how, and who is left. It settles exactly once.
import { type Ack, type EmitResult, type Json, type JsonObject, utf8Bytes } from '@websockets.do/protocol'

export interface AwaitedOptions {
  readonly eventID: string
  readonly recipients: readonly string[]
  readonly unknown: readonly string[]
  readonly maxRepliesBytes: number
  /** Each acknowledgement as it arrives [ACK-8]. */
  onAck?(ack: Ack): void
  done(result: EmitResult): void
}

export class Awaited {
  readonly #options: AwaitedOptions
  readonly #pending: Set<string>
  readonly #acked: string[] = []
  readonly #left: string[] = []
  readonly #failed: { clientID: string; error: string }[] = []
  readonly #replies = new Map<string, JsonObject>()
  #replyBytes = 0
  #settled = false

  constructor(options: AwaitedOptions) {
    this.#options = options
    this.#pending = new Set(options.recipients)
  }

  isPending(clientID: string): boolean {
    return this.#pending.has(clientID)
  }

  /** Counts once, from a recipient that is still awaited; any other is ignored [ACK-5]. */
  ack(clientID: string, carried: JsonObject): boolean {
    if (this.#settled || !this.#pending.delete(clientID)) return false
    const { eventID, onAck } = this.#options
    const { error, reply } = this.#read(carried)
    if (error !== undefined) {
      this.#failed.push({ clientID, error })
      onAck?.({ eventID, clientID, error })
    } else {
      this.#acked.push(clientID)
      if (reply) this.#replies.set(clientID, reply)
      onAck?.(reply ? { eventID, clientID, reply } : { eventID, clientID })
    }
    this.settleIfComplete()
    return true
  }

  leave(clientID: string): void {
    if (this.#settled || !this.#pending.delete(clientID)) return
    this.#left.push(clientID)
    this.settleIfComplete()
  }

  /** Nobody is pending: the answer is given at once [ACK-4, ACK-7]. */
  settleIfComplete(): void {
    if (this.#pending.size > 0) return
    const { recipients, unknown } = this.#options
    if (this.#acked.length === recipients.length && unknown.length === 0) this.#settle(undefined)
    else this.#settle({ code: 'ACK_INCOMPLETE', message: this.#incomplete(this.#left) })
  }

  /** The time is over [ACK-3]. */
  expire(timeoutMs: number): void {
    const message = `${this.#pending.size} of ${this.#options.recipients.length} recipients did not acknowledge within ${timeoutMs} ms`
    this.#settle({ code: 'ACK_TIMEOUT', message })
  }

  /** What the answer would be if everyone who is still awaited left now. */
  ifAllLeft(): EmitResult {
    const left = [...this.#left, ...this.#pending]
    if (left.length + this.#failed.length + this.#options.unknown.length === 0) return this.#result(undefined, [], left)
    return this.#result({ code: 'ACK_INCOMPLETE', message: this.#incomplete(left) }, [], left)
  }

  #incomplete(left: readonly string[]): string {
    const parts = []
    if (left.length > 0) parts.push(`${left.length} left before acknowledging`)
    if (this.#failed.length > 0) parts.push(`${this.#failed.length} answered with an error`)
    if (this.#options.unknown.length > 0)
      parts.push(`${this.#options.unknown.length} of the ids in "clients" are not in the channel`)
    return parts.join(', ')
  }

  // What an ACK carries beside its eventID is held until the emit settles, so all of it together is bounded.
  #read(carried: JsonObject): { error?: string; reply?: JsonObject } {
    const { eventID: _, ...reply } = carried
    if (Object.keys(reply).length === 0) return {}
    const error: Json | undefined = reply['error']
    const bytes = utf8Bytes(typeof error === 'string' ? error : JSON.stringify(reply))
    if (this.#replyBytes + bytes > this.#options.maxRepliesBytes) {
      return { error: 'PAYLOAD_TOO_LARGE: the replies to this event exceed the limit' }
    }
    this.#replyBytes += bytes
    return typeof error === 'string' ? { error } : { reply }
  }

  #settle(error: EmitResult['error']): void {
    if (this.#settled) return
    this.#settled = true
    this.#options.done(this.#result(error, [...this.#pending], this.#left))
  }

  #result(error: EmitResult['error'], pending: string[], left: string[]): EmitResult {
    const { eventID, recipients, unknown } = this.#options
    return {
      success: error === undefined,
      eventID,
      recipients: recipients.length,
      acked: [...this.#acked],
      ...(error && { pending, left: [...left], failed: [...this.#failed] }),
      ...(unknown.length > 0 && { unknown }),
      ...(this.#replies.size > 0 && { replies: Object.fromEntries(this.#replies) }),
      ...(error && { error }),
    }
  }
}
