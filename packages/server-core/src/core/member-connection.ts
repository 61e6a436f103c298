// What one connection of a member sends, frame by frame: read, charged against its rate, and done in the order in which it came.
import {
  type Ack,
  decode,
  depthOf,
  type EmitResult,
  isJsonObject,
  type Json,
  type JsonObject,
  kindOf,
  overflows,
  utf8Bytes,
} from '@websockets.do/protocol'
import type { Channel } from './channel'
import { type EmitRequest, readEmit, refOf } from './emit-request'
import { type ErrorPayload, refused } from './frames'
import type { Line } from './line'
import { andThen } from './maybe-async'
import type { Member } from './member'
import type { Connection } from './ports'
import { Rate } from './rate'
import { saveLine } from './saved-member'
import type { Settings } from './settings'

export interface MemberConnectionOptions {
  readonly channel: Channel
  readonly line: Line
  readonly settings: Settings
  /** Publishes what the member wants published, once that is allowed; tells `done` once. Must not throw or reject. */
  publish(
    member: Member,
    request: EmitRequest,
    onAck: (ack: Ack) => void,
    done: (result: EmitResult) => void,
  ): void | PromiseLike<void>
  /** What is wrong with a presence, given as JSON text; undefined when nothing is. Must not throw or reject. */
  examinePresence(text: string): ErrorPayload | undefined | PromiseLike<ErrorPayload | undefined>
}

export class MemberConnection implements Connection {
  readonly #options: MemberConnectionOptions
  readonly #rate: Rate
  /** What is refused for its rate is counted here: only sustained abuse closes [CL-8]. */
  readonly #patience: Rate

  constructor(options: MemberConnectionOptions) {
    const { limits, clock } = options.settings
    this.#options = options
    this.#rate = new Rate(limits.messagesPerSecond, limits.messageBurst, clock.now())
    this.#patience = new Rate(limits.messagesPerSecond, 10 * limits.messageBurst, clock.now())
    const { line } = options
    // While a member is away this is still the connection that it was last authorised by.
    line.post = (text) => {
      if (line.member && !line.member.gone) this.#read(line.member, text)
    }
  }

  get clientID(): string {
    return this.#options.line.member?.clientID ?? ''
  }

  receive(data: unknown): void {
    const { line } = this.#options
    if (line.member && line.isCurrent()) this.#read(line.member, data)
  }

  closed(code?: number): void {
    const { channel, line } = this.#options
    channel.lost(line, code)
  }

  #read(member: Member, data: unknown): void {
    const { channel, settings } = this.#options
    const { maxMessageBytes, maxJsonDepth } = settings.limits
    if (typeof data !== 'string') return this.#bad(member, 'expected a text frame, got a binary one')
    const bytes = utf8Bytes(data)
    if (bytes > maxMessageBytes) {
      return channel.cut(member, {
        code: 'PAYLOAD_TOO_LARGE',
        message: `a message has at most ${maxMessageBytes} bytes, got ${bytes}`,
      })
    }
    const frame = decode(data)
    if (!frame.ok) return this.#bad(member, frame.detail)
    const { type, fields } = frame.message
    // Before `overflows`, whose walk would follow any depth.
    if (depthOf(data) > maxJsonDepth) return this.#tooDeep(member, type, fields)
    if (overflows(data)) return this.#bad(member, 'expected numbers that a double can hold')
    switch (type) {
      case 'PONG':
        if (!channel.pong(member)) this.#charge(member)
        return
      case 'ACK':
        if (!this.#acknowledge(member, fields['payload'])) this.#charge(member)
        return
      case 'PING':
        if (this.#charge(member)) channel.sendPong(member)
        return
      case 'PRESENCE': {
        const { presencesBroughtAlong } = member
        const isOld = () => member.presencesBroughtAlong !== presencesBroughtAlong
        return this.#inOrder(
          member,
          bytes,
          () => this.#presence(member, fields['payload'], isOld),
          (retryAfterMs) => this.#tooMany(member, retryAfterMs),
        )
      }
      case 'EMIT':
        return this.#inOrder(
          member,
          bytes,
          () => this.#emit(member, fields),
          (retryAfterMs) => this.#emitted(member, tooMany(retryAfterMs), refOf(fields)),
        )
      default:
        if (this.#charge(member))
          channel.sendError(member, {
            code: 'UNKNOWN_TYPE',
            message: 'expected ACK, PONG, PING, PRESENCE or EMIT as "type"',
          })
    }
  }

  // Every EMIT that can be read gets its one EMITTED [CL-4].
  #tooDeep(member: Member, type: string, fields: JsonObject): void {
    const { limits } = this.#options.settings
    const detail = `expected JSON nested at most ${limits.maxJsonDepth} deep`
    if (type !== 'EMIT') return this.#bad(member, detail)
    const result = this.#charge(member) ? refused('BAD_PAYLOAD', detail) : tooMany(this.#waitMs())
    this.#emitted(member, result, refOf(fields))
  }

  // PONG and ACK never wait here: a slow authorisation must not look like a dead client, nor hold up
  // the acknowledgement that the same authorisation may be waiting for.
  #inOrder(
    member: Member,
    bytes: number,
    step: () => void | PromiseLike<void>,
    refuse: (retryAfterMs: number) => void,
  ): void {
    if (!this.#charge(member)) return refuse(this.#waitMs())
    if (!member.inOrder.take(step, bytes)) refuse(1_000)
  }

  #acknowledge(member: Member, payload: Json | undefined): boolean {
    if (payload === undefined || !isJsonObject(payload)) return false
    const eventID = payload['eventID']
    return typeof eventID === 'string' && this.#options.channel.ack(member, eventID, payload)
  }

  /** `isOld`: the member has come back since, and said a newer one with that [LI-4]. */
  #presence(member: Member, payload: Json | undefined, isOld: () => boolean): void | PromiseLike<void> {
    const { channel, settings, examinePresence } = this.#options
    const { maxPresenceBytes } = settings.limits
    if (payload === undefined || !isJsonObject(payload)) {
      return channel.sendError(member, {
        code: 'BAD_PAYLOAD',
        message: `expected a JSON object as presence, got ${kindOf(payload)}`,
      })
    }
    const text = JSON.stringify(payload)
    const bytes = utf8Bytes(text)
    if (bytes > maxPresenceBytes) {
      return channel.sendError(member, {
        code: 'PAYLOAD_TOO_LARGE',
        message: `presence has at most ${maxPresenceBytes} bytes, got ${bytes}`,
      })
    }
    return andThen(examinePresence(text), (fault) => {
      if (isOld()) return
      if (fault) channel.sendError(member, fault)
      else channel.setPresence(member, payload)
    })
  }

  #emit(member: Member, fields: JsonObject): void | PromiseLike<void> {
    const reading = readEmit(fields, this.#options.settings.limits)
    if (!reading.ok) return this.#emitted(member, reading.result, reading.ref)
    const { request } = reading
    const { ref } = request
    const { channel, publish } = this.#options
    const onAck = (ack: Ack) => channel.send(member, 'ACKED', JSON.stringify({ ...ack, ref }))
    return publish(member, request, onAck, (result) => this.#emitted(member, result, ref))
  }

  #emitted(member: Member, result: EmitResult, ref: string | undefined): void {
    this.#options.channel.send(member, 'EMITTED', JSON.stringify(ref === undefined ? result : { ...result, ref }))
  }

  #tooMany(member: Member, retryAfterMs: number): void {
    const { error } = tooMany(retryAfterMs)
    if (error) this.#options.channel.sendError(member, error)
  }

  /** Counts one message; false when it is over the rate and must be refused. */
  #charge(member: Member): boolean {
    const { channel, settings } = this.#options
    const now = settings.clock.now()
    if (this.#rate.take(now)) return true
    if (!this.#patience.take(now)) {
      const message = `expected at most ${settings.limits.messagesPerSecond} messages per second`
      channel.cut(member, { code: 'RATE_LIMITED', message, retryAfterMs: RETRY_AFTER_ABUSE_MS })
    }
    return false
  }

  /** For one that was refused: by now there may be a token again. */
  #waitMs(): number {
    return Math.max(1, this.#rate.waitMs(this.#options.settings.clock.now()))
  }

  #bad(member: Member, detail: string): void {
    const { channel, line, settings } = this.#options
    line.badMessages++
    saveLine(member, settings)
    const error = { code: 'BAD_MESSAGE', message: detail } as const
    if (line.badMessages >= settings.limits.maxBadMessages) channel.cut(member, error)
    else channel.sendError(member, error)
  }
}

function tooMany(retryAfterMs: number): EmitResult {
  return refused('RATE_LIMITED', `too many messages: try again in ${retryAfterMs} ms`, { retryAfterMs })
}

const RETRY_AFTER_ABUSE_MS = 5_000
