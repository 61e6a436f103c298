// A hibernating WebSocket ↔ the core's Socket: what its member is stays with it as an attachment.
import type { Socket } from '../../core/ports'
import type { SavedLine } from '../../core/saved'
import type { HibernatingSocket } from './runtime'

/** What is attached to a socket, in some 300 bytes of the 2,048 that the runtime allows. */
export interface Attachment {
  readonly channel: string
  readonly line: SavedLine
}

export function socketOf(webSocket: HibernatingSocket, channel: string): Socket {
  return {
    // The other side may have gone already, which is said by an event of its own.
    send: (text) => void (webSocket.readyState === OPEN && webSocket.send(text)),
    close(code, reason) {
      // Until it has closed, the runtime shows it to whoever asks: it speaks for nobody any more.
      webSocket.serializeAttachment(null)
      endSocket(webSocket, code, reason)
    },
    save: (line) => webSocket.serializeAttachment({ channel, line } satisfies Attachment),
  }
}

/** Undefined for a socket that speaks for nobody. */
export function attachmentOf(webSocket: HibernatingSocket): Attachment | undefined {
  return (webSocket.deserializeAttachment() as Attachment | null) ?? undefined
}

/** Closes it, or answers the other side's close; nothing happens where that is done. */
export function endSocket(webSocket: HibernatingSocket, code?: number, reason?: string): void {
  try {
    // These are no codes to be sent: they say that none came.
    if (code === undefined || code === NO_CODE || code === ABNORMAL) webSocket.close()
    else webSocket.close(code, reason)
  } catch {
    // It is closed.
  }
}

const OPEN = 1
const NO_CODE = 1005
const ABNORMAL = 1006
