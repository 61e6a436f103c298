// The program's side of a channel: what `server.channel(name)` gives.
import type { ClosingCode, EmitResult, HistoryEntry, Json, Limits, MemberEntry } from '@websockets.do/protocol'
import { DEFAULT_TIMEOUT_MS, EVENT_ID_SHAPE, isTimeout, TIMEOUT_RANGE } from './core/emit-request'
import { andThen } from './core/maybe-async'
import { isEventID } from './core/names'
import type { Registry } from './core/registry'
import { readTargets } from './core/targets'
import { createEmission, type Emission } from './emission'
import { WebSocketsError } from './error'
import { encodePayload } from './payload'
import type { Validator } from './validator'

export interface EmitOptions {
  /** So many members at random, or these. Default: everyone. */
  readonly clients?: number | readonly string[]
  /** Waits until each recipient has acknowledged, left, or `timeoutMs` is over. Default false. */
  readonly requireAck?: boolean
  /** 1 to 60,000. Default 5,000. */
  readonly timeoutMs?: number
  /** `evt_` and 16 to 64 characters: a repeat within the retention is not delivered again [EM-8]. */
  readonly eventID?: string
}

export class ServerChannel {
  readonly name: string
  readonly #registry: Registry
  readonly #validator: Validator
  readonly #limits: Limits

  constructor(name: string, registry: Registry, validator: Validator) {
    this.name = name
    this.#registry = registry
    this.#validator = validator
    this.#limits = registry.settings.limits
  }

  /**
   * Sends to every member, or to `options.clients`. With `requireAck` it settles once each has acknowledged, left, or timed out:
   * an ACK timeout is a result. Rejects with a WebSocketsError: BAD_PAYLOAD, PAYLOAD_TOO_LARGE, BAD_PARAMETER, NOT_ENOUGH_CLIENTS,
   * EVENT_ID_USED, RATE_LIMITED, INTERNAL. Under a contract with asynchronous schemas it is published once they have answered: whoever needs
   * an order awaits one before the next.
   */
  emit(payload: unknown, options: EmitOptions = {}): Emission {
    return createEmission(({ onAck, resolve, reject }) => {
      const { requireAck = false, timeoutMs = DEFAULT_TIMEOUT_MS, eventID } = options
      const encoding = encodePayload(payload, this.#limits)
      if (!encoding.ok) return reject(new WebSocketsError(encoding.code, encoding.message))
      const refuse = (fault: string) => reject(new WebSocketsError('BAD_PARAMETER', fault))
      const targets = readTargets(options.clients, this.#limits.maxTargets)
      if ('fault' in targets) return refuse(targets.fault)
      if (!isTimeout(timeoutMs)) return refuse(`expected \`timeoutMs\` to be ${TIMEOUT_RANGE}`)
      if (eventID !== undefined && !isEventID(eventID)) return refuse(`expected \`eventID\` to be ${EVENT_ID_SHAPE}`)
      const publication = {
        payload: encoding.text,
        sent: encoding.text,
        targets,
        requireAck,
        timeoutMs,
        echo: true,
        principal: '',
        via: 'program' as const,
        onAck,
        ...(eventID !== undefined && { eventID }),
      }
      const done = (result: EmitResult) => {
        const { error } = result
        if (!error || error.code === 'ACK_TIMEOUT' || error.code === 'ACK_INCOMPLETE') resolve(result)
        else reject(new WebSocketsError(error.code, error.message, { path: error.path }))
      }
      // As for anybody else's: a repeat is not checked again.
      if (this.#registry.find(this.name)?.answerRepeat(publication, done)) return
      void andThen(this.#validator.examinePayload(this.name, encoding.text), (fault) => {
        if (fault) done({ success: false, error: fault })
        else this.#registry.open(this.name).emit(publication, done)
      })
    })
  }

  members(): MemberEntry[] {
    return this.#registry.find(this.name)?.members() ?? []
  }

  /** The newest `limit` retained public events, oldest first. `limit` is 1 to 1,000, default 100; else it throws BAD_PARAMETER. */
  history({ limit = 100 }: { readonly limit?: number } = {}): HistoryEntry[] {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      throw new WebSocketsError('BAD_PARAMETER', 'expected `limit` to be a whole number from 1 to 1000')
    }
    return historyEntries(this.#registry, this.name, limit).history
  }

  /**
   * Ends a member's connection; false when there is no such member. With the default, FORBIDDEN, and with BAD_MESSAGE it has left at once and our
   * client does not come back; with any other code one that has a session remains a member for `graceMs`, and may come back [RS-5].
   */
  disconnect(
    clientID: string,
    {
      code = 'FORBIDDEN',
      message = 'disconnected by the server',
    }: { readonly code?: ClosingCode; readonly message?: string } = {},
  ): boolean {
    const channel = this.#registry.find(this.name)
    const member = channel?.find(clientID)
    if (!channel || !member) return false
    channel.cut(member, { code, message })
    return true
  }
}

/** A page of a channel's history, as HTTP and the program see it [HI-1]. */
export function historyEntries(
  registry: Registry,
  name: string,
  limit: number,
  before?: { readonly epoch: string; readonly seq: number },
): { epoch: string | null; seq: number; history: HistoryEntry[] } {
  const channel = registry.find(name)
  if (!channel) return { epoch: null, seq: 0, history: [] }
  const { history, ...position } = channel.history(limit, before)
  const entries = history.map(({ eventID, seq, timestamp, payload, from }) => {
    return { eventID, seq, timestamp, payload: JSON.parse(payload) as Json, ...(from !== undefined && { from }) }
  })
  return { ...position, history: entries }
}
