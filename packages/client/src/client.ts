// Where a program begins: one server, one channel object for each name, and publishing without listening.
import type { EmitResult } from '@websockets.do/protocol'
import { Channel, type ChannelOptions } from './channel'
import type { ChannelTypes } from './channel-types'
import { encode, type PublishOptions } from './emission'
import { type Clock, utf8Bytes } from './environment'
import { WebSocketsError } from './error'
import { endpoint, request } from './http'
import { type ClientOptions, type Settings, settle } from './settings'

/** Connects nothing by itself: a channel does, once it is asked for. */
export function createClient(options: ClientOptions = {}): Client {
  return new Client(settle(options))
}

export class Client {
  readonly clock: Clock
  readonly #settings: Settings
  readonly #channels = new Map<string, Channel>()

  constructor(settings: Settings) {
    this.clock = settings.clock
    this.#settings = settings
    if (settings.url !== undefined) endpoint('http', settings, '', '')
  }

  /** The same object for the same name until it is closed; its options are those of the first call. */
  channel<T extends ChannelTypes = ChannelTypes>(name: string, options: ChannelOptions<T> = {}): Channel<T> {
    const { connect = true } = options
    let channel = this.#channels.get(name) as Channel<T> | undefined
    if (!channel) {
      checkName(name)
      channel = new Channel<T>(this.#settings, name, options)
      channel.on('status', ({ state }) => state === 'closed' && this.#channels.delete(name))
      this.#channels.set(name, channel as unknown as Channel)
    }
    if (connect) channel.connect()
    return channel
  }

  /** Publishes over HTTP, without listening. */
  async publish(channel: string, payload: unknown, options: PublishOptions = {}): Promise<EmitResult> {
    const { clients, requireAck, timeoutMs, signal = null, eventID = this.#settings.id() } = options
    checkName(channel)
    const parameters = {
      '_event-id': eventID,
      _timeout: timeoutMs,
      clients: clients?.toString(),
      'require-ack': requireAck?.toString(),
    }
    return request(this.#settings, channel, 'emit', parameters, encode(payload), signal) as Promise<EmitResult>
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close()
  }
}

function checkName(name: string): void {
  if (/^(\.\.?|_)?$|[\p{Cc}\p{Cs}]/u.test(name) || utf8Bytes(name) > 200) {
    throw new WebSocketsError('BAD_CHANNEL', 'expected a channel name of 1 to 200 bytes')
  }
}
