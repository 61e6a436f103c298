// Members that have a session: how they are cut off, and how they come back, by hand.
import type { ConnectOptions, MockMember } from '@websockets.do/server-core/mock'
import { observe, type ObserveOptions } from './event-stream'
import { post } from './requests'
import type { World } from './world'

/** Joins and asks for a session. */
export async function joinWithSession(world: World, channel = 'room', options: ConnectOptions = {}) {
  const { query = '', ...others } = options
  return await world.connect(channel, { ...others, query: `session=new&${query.replace(/^\?/, '')}` })
}

export function tokenOf(member: { last(type: string): { payload: any } | undefined }): string {
  return member.last('CONNECTED')?.payload.session ?? ''
}

/** The position up to which a member has seen its channel. */
export function positionOf(member: MockMember): string {
  const { epoch, seq } = member.last('CONNECTED')!.payload
  return `${epoch}:${member.last('DATA')?.['seq'] ?? seq}`
}

/** Comes back by another member's session, from where that one was. */
export async function resume(
  world: World,
  lost: MockMember,
  { since = positionOf(lost), query = '', channel = 'room', ...options }: ConnectOptions & Resume = {},
) {
  const position = since === '' ? '' : `&since=${since}`
  return await world.connect(channel, { ...options, query: `session=${tokenOf(lost)}${position}&${query}` })
}

export interface Resume {
  /** Default: all that it has seen. Empty: no position. */
  readonly since?: string
  readonly channel?: string
}

/** The network breaks between a member and the server: both notice, and nobody says goodbye. */
export async function cutOff(world: World, ...members: MockMember[]): Promise<void> {
  for (const member of members) member.network.sever()
  await world.settled()
}

/** A member by a stream of events, and the way by which it speaks. */
export async function streamMember(world: World, query = 'session=new', options: ObserveOptions = {}) {
  const stream = await observe(world, 'room', { query: `?member=true&${query}`, ...options })
  const session: string = stream.of('CONNECTED')[0]?.data.payload.session ?? ''
  const send = async (messages: unknown) => {
    const answer = await world.request('/room/send', post(messages, { session }))
    await world.settled()
    return answer
  }
  return { stream, session, clientID: stream.clientID, send }
}
