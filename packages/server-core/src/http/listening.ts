// From a request to listen to a listener: who may, with what of the past, and what it speaks by.
import type { ErrorCode } from '@websockets.do/protocol'
import { closeCodeOf } from '@websockets.do/protocol'
import type { Action, Ask, Decision, Grant } from '../authorizer'
import { REPLACED as REPLACED_ERROR } from '../core/audience'
import { channelFull, closeReason, envelope, type ErrorPayload, tail } from '../core/frames'
import { MemberConnection } from '../core/member-connection'
import type { Channel } from '../core/channel'
import type { Line } from '../core/line'
import type { Connection, Socket } from '../core/ports'
import type { Registry } from '../core/registry'
import type { SavedLine } from '../core/saved'
import { publish, type PublishOptions } from '../publish'
import { type ListenRequest, readListenRequest } from './listen'
import { requestOf, savedRequest } from './opening'
import { tokenOf } from './token'

export interface ListeningOptions {
  readonly registry: Registry
  readonly publishing: PublishOptions
  /** Going down: no new listeners [HL-1]. */
  isDraining(): boolean
}

export interface Refused {
  readonly ok: false
  readonly error: ErrorPayload
}

export interface Admitted {
  readonly ok: true
  readonly request: Request
  readonly channelName: string
  readonly observer: boolean
  readonly grant: Grant
  readonly listen: ListenRequest
  /** Whether it may be given what was published before it joined. */
  readonly pastReadable: boolean
  readonly token: string | undefined
}

export class Listening {
  readonly #options: ListeningOptions

  constructor(options: ListeningOptions) {
    this.#options = options
  }

  /** May this request listen, and how? Nothing has been joined yet. */
  async admit(request: Request, channelName: string, observer = false): Promise<Admitted | Refused> {
    const { registry, isDraining } = this.#options
    const { limits } = registry.settings
    if (isDraining()) return GOING_DOWN
    const reading = readListenRequest(request, limits)
    if (!reading.ok) return refuse(reading.code, reading.message)
    const { session, ...rest } = reading.listen
    const listen = { ...rest, ...(session && !observer && { session }) }
    const token = tokenOf(request, 'token')
    const decision = await this.#decide(request, channelName, 'listen', token)
    if (!decision.ok) return refuse(decision.code, decision.message)
    const { grant } = decision
    if (isDraining()) return GOING_DOWN
    const past = await this.#past({ request, channelName, grant, listen, token })
    if (!past.ok) return past
    const { presence } = listen
    const { validator } = this.#options.publishing
    // `{}` is what somebody has who has said nothing yet, and so is no matter for a contract.
    const isSaid = presence && Object.keys(presence).length > 0
    const fault = isSaid && (await validator.examinePresence(channelName, JSON.stringify(presence)))
    if (fault) return { ok: false, error: fault }
    // It may have begun to go down while this one was being authorised.
    if (isDraining()) return GOING_DOWN
    const channel = registry.find(channelName)
    // Who comes back has its place already.
    const needsPlace = !channel?.resumable(listen.session, grant.user)
    if (needsPlace && channel?.isFull(observer)) return { ok: false, error: channelFull(limits) }
    return { ...past, request, channelName, observer, grant, token }
  }

  /** Whether a session has a newer connection by now [RS-6]. */
  isStale({ channelName, listen, grant }: Admitted): boolean {
    return this.#options.registry.find(channelName)?.isStale(listen.session, grant.user) ?? false
  }

  join(socket: Socket, { request, channelName, observer, grant, listen, pastReadable, token }: Admitted): Connection {
    const { registry, isDraining } = this.#options
    if (isDraining()) return this.refuseInBand(socket, GOING_DOWN)
    const channel = registry.open(channelName)
    const { user, expiresAt } = grant
    const line = channel.join({
      socket,
      observer,
      ...listen,
      pastReadable,
      ...(user !== undefined && { user }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(registry.settings.journal && { opening: savedRequest(request) }),
    })
    return this.#connection(channel, line, () => ({ request, channel: channelName, action: 'emit', token }))
  }

  /** A member's socket that has outlived the process; undefined where its member is not here. */
  restore(socket: Socket, channelName: string, saved: SavedLine): Connection | undefined {
    const channel = this.#options.registry.find(channelName)
    const line = channel?.reattach(socket, saved)
    return channel && line && this.#restored(channel, line)
  }

  /** What speaks for a member that has lost its connection in an earlier process. */
  adopt(channelName: string, line: Line): Line['post'] {
    const channel = this.#options.registry.find(channelName)
    if (channel) this.#restored(channel, line)
    return line.post
  }

  #restored(channel: Channel, line: Line): Connection {
    let ask: Ask | undefined
    // Most of those that are taken back emit nothing before they are put away again.
    return this.#connection(channel, line, () => {
      if (ask) return ask
      const request = requestOf(line.opening)
      ask = { request, channel: channel.name, action: 'emit', token: tokenOf(request, 'token') }
      return ask
    })
  }

  #connection(channel: Channel, line: Line, askOf: () => Ask): Connection {
    const { registry, publishing } = this.#options
    return new MemberConnection({
      channel,
      line,
      settings: registry.settings,
      examinePresence: (text) => publishing.validator.examinePresence(channel.name, text),
      publish(member, { payload, how, progress }, onAck, done) {
        const { clientID } = member
        const publication = { ...how, from: clientID, via: 'socket' as const, ...(progress && { onAck }) }
        const present = () => (member.gone ? undefined : channel)
        const isGone = () => member.gone
        const wish = { ask: askOf(), payload, publication, principal: clientID, isGone, find: present, open: present }
        return publish(wish, publishing, done)
      },
    })
  }

  refuseInBand(socket: Socket, { error }: Refused): Connection {
    const { ids } = this.#options.registry.settings
    const clientID = ids.client()
    socket.send(`{"type":"ERROR",${envelope(clientID, 0)}${tail(ids.event(), JSON.stringify(error)).text}`)
    socket.close(closeCodeOf(error.code), closeReason(error))
    return { clientID, receive() {}, closed() {} }
  }

  /** What of the past it gets: who comes back to its place saw all since it joined, and needs leave for what was before alone [RS-7]. */
  async #past({
    request,
    channelName,
    grant,
    listen,
    token,
  }: Pick<Admitted, 'request' | 'channelName' | 'grant' | 'listen' | 'token'>): Promise<
    Pick<Admitted, 'ok' | 'listen' | 'pastReadable'> | Refused
  > {
    const { registry, publishing } = this.#options
    const { rewind = 0, since, ...rest } = listen
    const channel = registry.find(channelName)
    const known = channel?.resumable(listen.session, grant.user)
    // Should it have no place to come back to by the time it joins, it gets nothing that it did not ask leave for.
    const wanted = { ...rest, ...(since && { since }), rewind: known ? 0 : rewind }
    const isOpen = publishing.authorizer.isOpen
    // A position proves nothing, anybody can write one: whom `authorize` keeps from the history recovers nothing, and is told so.
    const isPast = since && !isOpen && !(known && channel?.witnessed(known, since))
    if (!wanted.rewind && !isPast) return { ok: true, listen: wanted, pastReadable: isOpen }
    const history = await this.#decide(request, channelName, 'history', token)
    if (!history.ok && wanted.rewind) return refuse(history.code, history.message)
    return { ok: true, listen: wanted, pastReadable: isOpen || history.ok }
  }

  #decide(
    request: Request,
    channel: string,
    action: Action,
    token: string | undefined,
  ): Decision | PromiseLike<Decision> {
    return this.#options.publishing.authorizer.decide({ request, channel, action, token })
  }
}

function refuse(code: ErrorCode, message: string): Refused {
  return { ok: false, error: { code, message } }
}

export const GOING_DOWN = refuse('DRAINING', 'this server is going down: connect again')

export const REPLACED: Refused = { ok: false, error: REPLACED_ERROR }
