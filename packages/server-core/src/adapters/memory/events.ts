// The events of a socket in memory, and their way to its listeners: what EventTarget does, without its detours.
// A test that hands out a hundred thousand frames spends most of its time here otherwise.

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown }

interface Registered {
  readonly listener: Listener
  readonly capture: boolean
  readonly once: boolean
  removed: boolean
}

/** Hears what is added by `addEventListener`; `fire` is for the events of this file, `dispatchEvent` for any other. */
export class SocketEventTarget extends EventTarget {
  readonly #registered = new Map<string, Registered[]>()

  override addEventListener(
    type: string,
    listener: Listener | null,
    options: boolean | AddEventListenerOptions = {},
  ): void {
    if (!listener) return
    const { capture = false, once = false, signal } = typeof options === 'boolean' ? { capture: options } : options
    if (signal?.aborted) return
    const known = this.#registered.get(type)
    if (known?.some((other) => other.listener === listener && other.capture === capture)) return
    const registered: Registered = { listener, capture, once, removed: false }
    // A list is never changed in place: one that is being walked stays what it was when the event was fired.
    this.#registered.set(type, known ? [...known, registered] : [registered])
    if (!known) super.addEventListener(type, (event) => this.#walk(event, this.#registered.get(type) ?? []))
    signal?.addEventListener('abort', () => this.#remove(type, registered), { once: true })
  }

  override removeEventListener(
    type: string,
    listener: Listener | null,
    options: boolean | EventListenerOptions = {},
  ): void {
    const { capture = false } = typeof options === 'boolean' ? { capture: options } : options
    const registered = this.#registered
      .get(type)
      ?.find((other) => other.listener === listener && other.capture === capture)
    if (registered) this.#remove(type, registered)
  }

  protected fire(event: SocketEvent, type: string): void {
    const listeners = this.#registered.get(type)
    if (listeners) this.#walk(event, listeners)
    event.over()
  }

  #remove(type: string, registered: Registered): void {
    registered.removed = true
    const others = this.#registered.get(type)?.filter((other) => other !== registered)
    if (others) this.#registered.set(type, others)
  }

  #walk(event: Event & { readonly isStopped?: boolean }, listeners: readonly Registered[]): void {
    for (const registered of listeners) {
      if (registered.removed) continue
      if (registered.once) this.#remove(event.type, registered)
      const { listener } = registered
      try {
        if (typeof listener === 'function') listener.call(this, event)
        else listener.handleEvent(event)
      } catch (error) {
        report(error)
      }
      if (event.isStopped) return
    }
  }
}

/** What `fire` needs of an event: it says itself who it is for, since nobody but EventTarget can tell a plain one. */
export interface SocketEvent extends Event {
  readonly isStopped: boolean
  over(): void
}

/** An event whose target is known from the start. Made when first needed: importing this file reads no global. */
function targeted<Init>(Base: new (type: string, init?: Init) => Event) {
  return class extends Base implements SocketEvent {
    readonly #target: EventTarget
    #isFiring = true
    #isStopped = false

    constructor(target: EventTarget, type: string, init?: Init) {
      super(type, init)
      this.#target = target
    }

    override get target(): EventTarget {
      return this.#target
    }

    override get srcElement(): EventTarget {
      return this.#target
    }

    override get currentTarget(): EventTarget | null {
      return this.#isFiring ? this.#target : null
    }

    override get eventPhase(): number {
      return this.#isFiring ? 2 : 0
    }

    override composedPath(): EventTarget[] {
      return this.#isFiring ? [this.#target] : []
    }

    override stopImmediatePropagation(): void {
      this.#isStopped = true
    }

    get [Symbol.toStringTag](): string {
      return TAGS[this.type] ?? 'Event'
    }

    get isStopped(): boolean {
      return this.#isStopped
    }

    over(): void {
      this.#isFiring = false
    }
  }
}

const TAGS: Readonly<Record<string, string>> = { message: 'MessageEvent', close: 'CloseEvent' }

type Targeted<Init> = new (target: EventTarget, type: string, init?: Init) => SocketEvent

let Plain: Targeted<EventInit> | undefined
let Message: Targeted<MessageEventInit> | undefined
let Close: Targeted<CloseEventInit> | undefined

export function plainEvent(target: EventTarget, type: 'open' | 'error'): SocketEvent {
  return new (Plain ??= targeted(Event))(target, type)
}

export function messageEvent(target: EventTarget, data: unknown, origin: string): SocketEvent {
  return new (Message ??= targeted(MessageEvent))(target, 'message', { data, origin })
}

export function closeEvent(target: EventTarget, code: number, reason: string, wasClean: boolean): SocketEvent {
  const init = { code, reason, wasClean }
  if (typeof CloseEvent === 'function') return new (Close ??= targeted(CloseEvent))(target, 'close', init)
  // Node before 23 has none.
  return Object.assign(new (Plain ??= targeted(Event))(target, 'close'), init)
}

// As the platform does it: nobody else is kept from hearing the event, and the fault is not lost.
function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void }
  if (reportError) return reportError(error)
  queueMicrotask(() => {
    throw error
  })
}
