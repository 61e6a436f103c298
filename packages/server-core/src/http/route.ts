// Which route a path names: whole segments, never substrings [CH-1 to CH-3].
import type { Limits } from '@websockets.do/protocol'
import { channelNameFault } from '../core/names'

export type RouteName = 'emit' | 'listen' | 'history' | 'members' | 'send'

export type Route =
  | { readonly kind: 'channel'; readonly name: RouteName; readonly channel: string }
  | { readonly kind: 'health' }
  | { readonly kind: 'bad-channel'; readonly fault: string }
  | { readonly kind: 'unknown' }

/** The methods of a route; GET may be switched off for emit [EM-2]. */
export function allowed(name: RouteName | 'health', getEmit: boolean): readonly string[] {
  if (name === 'send') return ['POST']
  if (name !== 'emit') return ['GET']
  return getEmit ? ['GET', 'POST'] : ['POST']
}

export function routeOf(pathname: string, limits: Limits): Route {
  const [, first = '', name = '', ...rest] = pathname.split('/')
  if (rest.length > 0) return { kind: 'unknown' }
  if (first === '_' && name === 'health') return { kind: 'health' }
  if (!isRouteName(name)) return { kind: 'unknown' }
  const channel = decoded(first)
  const fault =
    channel === undefined
      ? 'expected a channel name in percent-encoded UTF-8'
      : channelNameFault(channel, limits.maxChannelNameBytes)
  if (channel === undefined || fault !== undefined) return { kind: 'bad-channel', fault: fault ?? '' }
  return { kind: 'channel', name, channel }
}

function isRouteName(name: string): name is RouteName {
  return ROUTE_NAMES.has(name)
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

const ROUTE_NAMES: ReadonlySet<string> = new Set<RouteName>(['emit', 'listen', 'history', 'members', 'send'])
