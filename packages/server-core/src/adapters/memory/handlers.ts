// `onopen`, `onmessage`, `onerror` and `onclose` of a WebSocket: listeners that are set like fields.
import { SocketEventTarget } from './events'

type Handler = ((event: Event) => unknown) | null
type HandledType = 'open' | 'message' | 'error' | 'close'

export class HandledEventTarget extends SocketEventTarget {
  readonly #handlers: Partial<Record<HandledType, { handler: object; readonly listener: (event: Event) => void }>> = {}

  get onopen(): Handler {
    return this.#handler('open')
  }

  set onopen(handler: Handler) {
    this.#handle('open', handler)
  }

  get onmessage(): Handler {
    return this.#handler('message')
  }

  set onmessage(handler: Handler) {
    this.#handle('message', handler)
  }

  get onerror(): Handler {
    return this.#handler('error')
  }

  set onerror(handler: Handler) {
    this.#handle('error', handler)
  }

  get onclose(): Handler {
    return this.#handler('close')
  }

  set onclose(handler: Handler) {
    this.#handle('close', handler)
  }

  #handler(type: HandledType): Handler {
    return (this.#handlers[type]?.handler as Handler | undefined) ?? null
  }

  // A handler keeps the place among the listeners of the one that it replaces. An object is kept, and not called.
  #handle(type: HandledType, handler: unknown): void {
    const known = this.#handlers[type]
    if ((typeof handler !== 'object' && typeof handler !== 'function') || handler === null) {
      if (known) this.removeEventListener(type, known.listener)
      delete this.#handlers[type]
    } else if (known) known.handler = handler
    else {
      const slot = {
        handler: handler as object,
        listener: (event: Event): void => {
          if (typeof slot.handler === 'function') slot.handler.call(this, event)
        },
      }
      this.#handlers[type] = slot
      this.addEventListener(type, slot.listener)
    }
  }
}
