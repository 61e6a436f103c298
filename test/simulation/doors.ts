// Listens in at the core's doors: what is handed in and out there is the truth that everything else is held against.
import type { Server } from '@websockets.do/server-core'
import type { Listener, Log } from './log'
import { placeOf, Reader } from './reader'

export interface DoorOptions {
  readonly log: Log
  readonly life: number
  /** Requests that `authorize` has refused to let listen. */
  readonly refused: WeakSet<object>
  readonly maxBufferedBytes: number
}

/** Every later upgrade of this server is recorded. */
export function listenIn(server: Server, { log, life, refused, maxBufferedBytes }: DoorOptions): void {
  const upgrade = server.upgrade.bind(server)
  server.upgrade = async (request, peer) => {
    const accept = await upgrade(request, peer)
    if (accept instanceof Response) return accept
    return (socket) => {
      const listener = createListener(log, life, request.url, refused.has(request))
      const end = (code: number | undefined): void => {
        if (listener.endedAt !== Infinity) return
        listener.endedAt = log.tick()
        listener.endCode = code
      }
      const connection = accept({
        get bufferedAmount() {
          return socket.bufferedAmount ?? 0
        },
        send(text) {
          const order = log.tick()
          const frame = JSON.parse(text)
          if (listener.endedAt !== Infinity)
            log.report('I7', `${listener.out.name} is sent ${frame.type} after its end`)
          listener.outText.push(text)
          listener.out.take(frame)
          if (frame.type === 'CONNECTED') {
            listener.openedAt = order
            listener.head = server.channel(listener.channel).history({ limit: 1 })[0]?.seq ?? 0
          }
          if (frame.type === 'EMITTED') listener.answeredAt.set(frame.payload.eventID, order)
          if (frame.type === 'DATA') {
            listener.sentAt.set(placeOf(frame), order)
            log.see(listener.out.epoch, frame)
          }
          socket.send(text)
          const excess = (socket.bufferedAmount ?? 0) - maxBufferedBytes - text.length
          if (excess > 0 && excess > replayedBytes(listener))
            log.report('I10', `${excess} bytes too many wait for ${listener.out.name}`)
        },
        close(code, reason) {
          end(code)
          socket.close(code, reason)
        },
      })
      return {
        clientID: connection.clientID,
        receive(data) {
          const frame = parse(data)
          listener.came.push({ order: log.tick(), frame })
          listener.cameText.push(String(data))
          connection.receive(data)
        },
        closed(code) {
          end(code)
          connection.closed(code)
        },
      }
    }
  }
}

function createListener(log: Log, life: number, url: string, refused: boolean): Listener {
  const channel = channelOf(url)
  const listener: Listener = {
    channel,
    by: parse(new URL(url).searchParams.get('presence'))?.by,
    life,
    out: new Reader(`listener ${log.listeners.length + 1} in ${channel}, as sent`, true, log.report, log.recurring),
    outText: [],
    sentAt: new Map(),
    came: [],
    cameText: [],
    refused,
    answeredAt: new Map(),
    head: 0,
    openedAt: Infinity,
    endedAt: Infinity,
    endCode: undefined,
  }
  log.listeners.push(listener)
  return listener
}

/** What a joiner asked to be replayed may exceed the bound. */
function replayedBytes({ out, outText, head }: Listener): number {
  const isReplay = ({ type, seq }: any): boolean => type === 'CONNECTED' || (type === 'DATA' && seq <= head)
  return outText.reduce((sum, text, at) => sum + (isReplay(out.frames[at]) ? text.length : 0), 0)
}

export function channelOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-2) ?? '')
}

function parse(data: unknown): any {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
