// Asks for who is in some channels and what was said there, for a page that is to be rendered.
import { type HistoryEntry, type Member, WebSocketsError } from '@websockets.do/client'
import type { DehydratedChannel, DehydratedHistory, DehydratedState } from './dehydrated-state'
import { report } from './environment'
import { type DehydrateSource, read } from './read'

export interface DehydrateOptions {
  /** How many of each channel's newest events, up to 1,000; 0 does without, where the server does not show them. Default 100. */
  readonly limit?: number | undefined
  /** How long to wait for the server, in ms: no page is later than that on its account. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /**
   * Told of each part that could not be had. The page is rendered without it, and the browser asks again; where this throws, `dehydrate`
   * rejects. Default: the console, once for each code of a call.
   */
  readonly onError?: ((error: WebSocketsError, missing: Missing) => unknown) | undefined
}

export interface Missing {
  readonly name: string
  readonly part: 'members' | 'history'
}

/** Asks for all of it at once. A server that refuses, or is away, leaves out what it does not give: it never rejects by itself. */
export async function dehydrate(
  source: DehydrateSource,
  names: readonly string[],
  { limit = 100, timeoutMs = 2_000, onError = createReporter() }: DehydrateOptions = {},
): Promise<DehydratedState> {
  async function part<Part>(
    missing: Missing,
    route: string,
    pick: (answer: Answer) => Part,
  ): Promise<Part | undefined> {
    try {
      const answer = (await read(source, missing.name, route, timeoutMs)) as Answer | null
      return pick(answer ?? {})
    } catch (error) {
      await onError(error as WebSocketsError, missing)
      return undefined
    }
  }

  async function channel(name: string): Promise<DehydratedChannel> {
    // In any order: from the history's position on the page is given every event, and CONNECTED tells the members anew.
    const [history, members] = await Promise.all([
      limit > 0
        ? part({ name, part: 'history' }, `history?limit=${limit}`, (answer) => historyOf(answer, limit))
        : undefined,
      part({ name, part: 'members' }, 'members', membersOf),
    ])
    return { name, ...(members && { members }), ...(history && { history }) }
  }

  return { version: 1, channels: await Promise.all([...new Set(names)].map(channel)) }
}

interface Answer {
  readonly epoch?: string | null
  readonly seq?: number
  readonly history?: readonly HistoryEntry[]
  readonly members?: readonly Member[]
}

function historyOf({ epoch, seq, history }: Answer, limit: number): DehydratedHistory {
  if (epoch === undefined || seq === undefined || !Array.isArray(history)) throw unreadable()
  return { events: history, isAll: history.length < limit, since: `${epoch}:${seq}` }
}

function membersOf({ members }: Answer): readonly Member[] {
  if (!Array.isArray(members)) throw unreadable()
  return members
}

function unreadable(): WebSocketsError {
  return new WebSocketsError('BAD_MESSAGE', 'the answer has another shape')
}

/** A server that is away is told once, not for each part of each channel. */
function createReporter(): (error: WebSocketsError, missing: Missing) => void {
  const told = new Set<string>()
  return (error, { name, part }) => {
    if (told.has(error.code)) return
    told.add(error.code)
    report(`websockets.do: a page is rendered without the ${part} of ${JSON.stringify(name)}:`, error)
  }
}
