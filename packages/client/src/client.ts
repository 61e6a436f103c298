// Where a program begins: one server, one channel object for each name, and publishing without listening.
import type { Contract, EmitResult } from '@websockets.do/protocol'
import { createChannel } from './channel'
import type { Channel, ChannelOptions, ChannelTypes } from './channel-types'
import type { ContractTypes, DeclaredTypes } from './contract-types'
import { encode, type PublishOptions } from './emission'
import { type Clock, utf8Bytes } from './environment'
import { WebSocketsError } from './error'
import { request } from './http'
import { type ClientOptions, settle } from './settings'

export interface Client extends Disposable {
  /** The one that everything here is timed by. */
  readonly clock: Clock
  /** The same object for the same name until it is closed; its options are those of the first call. */
  channel<C extends Contract>(
    name: string,
    contract: C,
    options?: ChannelOptions<ContractTypes<C>>,
  ): Channel<ContractTypes<C>>
  channel<T extends ChannelTypes | Contract = ChannelTypes>(
    name: string,
    options?: ChannelOptions<DeclaredTypes<T>>,
  ): Channel<DeclaredTypes<T>>
  /** Publishes over HTTP, without listening. */
  publish(channel: string, payload: unknown, options?: PublishOptions): Promise<EmitResult>
  /** Closes all channels. */
  close(): void
}

/** Connects nothing by itself: a channel does, once it is asked for. */
export function createClient(options: ClientOptions = {}): Client {
  const settings = settle(options)
  const channels = new Map<string, Channel>()
  const close = (): void => {
    for (const channel of channels.values()) channel.close()
  }
  return {
    clock: settings.clock,
    channel(name: string, first: Contract | ChannelOptions = {}, second: ChannelOptions = {}): Channel<never> {
      const contract = 'readPayload' in first ? first : undefined
      const channelOptions = contract ? second : (first as ChannelOptions)
      let channel = channels.get(name)
      if (!channel) {
        checkName(name)
        channel = createChannel(settings, name, channelOptions, contract)
        channel.on('status', ({ state }) => state === 'closed' && channels.delete(name))
        channels.set(name, channel)
      }
      if (channelOptions.connect ?? true) channel.connect()
      return channel as unknown as Channel<never>
    },
    async publish(channel, payload, { clients, requireAck, timeoutMs, signal, eventID = settings.id() } = {}) {
      checkName(channel)
      const parameters = {
        '_event-id': eventID,
        _timeout: timeoutMs,
        clients,
        'require-ack': requireAck,
      }
      const asked = { body: encode(payload), timeoutMs, signal }
      return request(settings, channel, 'emit', parameters, asked) as Promise<EmitResult>
    },
    close,
    [Symbol.dispose]: close,
  }
}

function checkName(name: string): void {
  if (/^(\.\.?|_)?$|[\p{Cc}\p{Cs}]/u.test(name) || utf8Bytes(name) > 200) {
    throw new WebSocketsError('BAD_CHANNEL', 'expected a name of 1 to 200 bytes')
  }
}
