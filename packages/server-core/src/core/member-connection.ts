// What one member sends, frame by frame: read, charged against its rate, and done in the order in which it came.
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
import { andThen } from './maybe-async'
import type { Member } from './member'
import type { Connection } from './ports'
import { Rate } from './rate'
import type { Settings } from './settings'

export interface MemberConnectionOptions {
  readonly channel: Channel
  readonly member: Member
  readonly settings: Settings
  /** Publishes what the member wants published, once that is allowed; tells `done` once. Must not throw or reject. */
  publish(request: EmitRequest, onAck: (ack: Ack) => void, done: (result: EmitResult) => void): void | PromiseLike<void>
  /** What is wrong with a presence, given as JSON text; undefined when nothing is. Must not throw or reject. */
  examinePresence(text: string): ErrorPayload | undefined | PromiseLike<ErrorPayload | undefined>
}

export class MemberConnection implements Connection {
  readonly clientID: string
  readonly #options: MemberConnectionOptions
  readonly #rate: Rate
  /** What is refused for its rate is counted here: only sustained abuse closes [CL-8]. */
  readonly #patience: Rate
  /** Frames that wait until the one before them has been authorised and checked [EM-9]. */
  #waiting: { readonly run: () => void | PromiseLike<void>; readonly bytes: number }[] = []
  #waitingBytes = 0
  #busy = false
  #badMessages = 0

  constructor(options: MemberConnectionOptions) {
    const { limits, clock } = options.settings
    this.clientID = options.member.clientID
    this.#options = options
    this.#rate = new Rate(limits.messagesPerSecond, limits.messageBurst, clock.now())
    this.#patience = new Rate(limits.messagesPerSecond, 10 * limits.messageBurst, clock.now())
  }

  receive(data: unknown): void {
    const { member, channel, settings } = this.#options
    const { maxMessageBytes, maxJsonDepth } = settings.limits
    if (member.gone || member.closing) return
    if (typeof data !== 'string') return this.#bad('expected a text frame, got a binary one')
    const bytes = utf8Bytes(data)
    if (bytes > maxMessageBytes) {
      return channel.cut(member, {
        code: 'PAYLOAD_TOO_LARGE',
        message: `a message has at most ${maxMessageBytes} bytes, got ${bytes}`,
      })
    }
    const frame = decode(data)
    if (!frame.ok) return this.#bad(frame.detail)
    const { type, fields } = frame.message
    // Before `overflows`, whose walk would follow any depth.
    if (depthOf(data) > maxJsonDepth) return this.#tooDeep(type, fields)
    if (overflows(data)) return this.#bad('expected numbers that a double can hold')
    switch (type) {
      case 'PONG':
        if (!channel.pong(member)) this.#charge()
        return
      case 'ACK':
        if (!this.#acknowledge(fields['payload'])) this.#charge()
        return
      case 'PING':
        if (this.#charge()) channel.sendPong(member)
        return
      case 'PRESENCE':
        return this.#inOrder(
          bytes,
          () => this.#presence(fields['payload']),
          (retryAfterMs) => this.#tooMany(retryAfterMs),
        )
      case 'EMIT':
        return this.#inOrder(
          bytes,
          () => this.#emit(fields),
          (retryAfterMs) => this.#emitted(tooMany(retryAfterMs), refOf(fields)),
        )
      default:
        if (this.#charge())
          channel.sendError(member, {
            code: 'UNKNOWN_TYPE',
            message: 'expected ACK, PONG, PING, PRESENCE or EMIT as "type"',
          })
    }
  }

  // Every EMIT that can be read gets its one EMITTED [CL-4].
  #tooDeep(type: string, fields: JsonObject): void {
    const { limits, clock } = this.#options.settings
    const detail = `expected JSON nested at most ${limits.maxJsonDepth} deep`
    if (type !== 'EMIT') return this.#bad(detail)
    const result = this.#charge() ? refused('BAD_PAYLOAD', detail) : tooMany(this.#rate.waitMs(clock.now()))
    this.#emitted(result, refOf(fields))
  }

  closed(code?: number): void {
    this.#waiting = []
    this.#options.channel.leave(this.#options.member, code)
  }

  // PONG and ACK never wait here: a slow authorisation must not look like a dead client, nor hold up
  // the acknowledgement that the same authorisation may be waiting for.
  #inOrder(bytes: number, run: () => void | PromiseLike<void>, refuse: (retryAfterMs: number) => void): void {
    const { limits, clock } = this.#options.settings
    if (!this.#charge()) return refuse(this.#rate.waitMs(clock.now()))
    if (!this.#busy) return this.#run(run)
    if (this.#waitingBytes + bytes > limits.maxBufferedBytes) return refuse(1_000)
    this.#waitingBytes += bytes
    this.#waiting.push({ run, bytes })
  }

  #run(run: () => void | PromiseLike<void>): void {
    const pending = run()
    if (!pending) return
    this.#busy = true
    void pending.then(() => {
      this.#busy = false
      while (!this.#busy) {
        const next = this.#waiting.shift()
        if (!next) return
        this.#waitingBytes -= next.bytes
        this.#run(next.run)
      }
    })
  }

  #acknowledge(payload: Json | undefined): boolean {
    if (payload === undefined || !isJsonObject(payload)) return false
    const eventID = payload['eventID']
    return typeof eventID === 'string' && this.#options.channel.ack(this.#options.member, eventID, payload)
  }

  #presence(payload: Json | undefined): void | PromiseLike<void> {
    const { channel, member, settings, examinePresence } = this.#options
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
      if (fault) channel.sendError(member, fault)
      else channel.setPresence(member, payload)
    })
  }

  #emit(fields: JsonObject): void | PromiseLike<void> {
    const reading = readEmit(fields, this.#options.settings.limits)
    if (!reading.ok) return this.#emitted(reading.result, reading.ref)
    const { request } = reading
    const { ref } = request
    const { channel, member } = this.#options
    const onAck = (ack: Ack) => channel.send(member, 'ACKED', JSON.stringify({ ...ack, ref }))
    return this.#options.publish(request, onAck, (result) => this.#emitted(result, ref))
  }

  #emitted(result: EmitResult, ref: string | undefined): void {
    this.#options.channel.send(
      this.#options.member,
      'EMITTED',
      JSON.stringify(ref === undefined ? result : { ...result, ref }),
    )
  }

  #tooMany(retryAfterMs: number): void {
    const { error } = tooMany(retryAfterMs)
    if (error) this.#options.channel.sendError(this.#options.member, error)
  }

  /** Counts one message; false when it is over the rate and must be refused. */
  #charge(): boolean {
    const { channel, member, settings } = this.#options
    const now = settings.clock.now()
    if (this.#rate.take(now)) return true
    if (!this.#patience.take(now)) {
      const message = `expected at most ${settings.limits.messagesPerSecond} messages per second`
      channel.cut(member, { code: 'RATE_LIMITED', message, retryAfterMs: RETRY_AFTER_ABUSE_MS })
    }
    return false
  }

  #bad(detail: string): void {
    const { channel, member, settings } = this.#options
    this.#badMessages++
    const error = { code: 'BAD_MESSAGE', message: detail } as const
    if (this.#badMessages >= settings.limits.maxBadMessages) channel.cut(member, error)
    else channel.sendError(member, error)
  }
}

function tooMany(retryAfterMs: number): EmitResult {
  return refused('RATE_LIMITED', `too many messages: try again in ${retryAfterMs} ms`, { retryAfterMs })
}

const RETRY_AFTER_ABUSE_MS = 5_000
