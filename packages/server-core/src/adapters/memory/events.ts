// The events of a socket in memory, and their way to its listeners: what EventTarget does, without its detours.
// A test that hands out a hundred thousand frames spends most of its time here otherwise.

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown }

interface Registered {
  readonly listener: Listener
  readonly capture: boolean
  readonly once: boolean
  removed: boolean
  /** Takes its own listener off the signal that it was added with: one signal may serve a thousand sockets. */
  forget?: () => void
}

interface Stoppable {
  readonly isStopped: boolean
}

/** Hears what is added by `addEventListener`; `fire` is for the events of this file, `dispatchEvent` for any other. */
export class SocketEventTarget extends EventTarget {
  readonly #registered = new Map<string, Registered[]>()

  override addEventListener(
    type: string,
    listener: Listener | null,
    options: boolean | AddEventListenerOptions | null = {},
  ): void {
    if (!listener) return
    const given: AddEventListenerOptions = typeof options === 'boolean' ? { capture: options } : (options ?? {})
    const { capture = false, once = false, signal } = given
    if (signal?.aborted) return
    const known = this.#registered.get(type)
    if (known?.some((other) => other.listener === listener && other.capture === capture)) return
    const registered: Registered = { listener, capture, once, removed: false }
    // A list is never changed in place: one that is being walked stays what it was when the event was fired.
    this.#registered.set(type, known ? [...known, registered] : [registered])
    if (!known) super.addEventListener(type, (event) => this.#walkDispatched(event))
    if (!signal) return
    const abort = (): void => this.#remove(type, registered)
    signal.addEventListener('abort', abort, { once: true })
    registered.forget = () => signal.removeEventListener('abort', abort)
  }

  override removeEventListener(
    type: string,
    listener: Listener | null,
    options: boolean | EventListenerOptions | null = {},
  ): void {
    const { capture = false } = typeof options === 'boolean' ? { capture: options } : (options ?? {})
    const registered = this.#registered
      .get(type)
      ?.find((other) => other.listener === listener && other.capture === capture)
    if (registered) this.#remove(type, registered)
  }

  protected fire(event: SocketEvent, type: string): void {
    const listeners = this.#registered.get(type)
    if (listeners) this.#walk(event, listeners, event)
    event.over()
  }

  #remove(type: string, registered: Registered): void {
    registered.removed = true
    registered.forget?.()
    const others = this.#registered.get(type)?.filter((other) => other !== registered)
    if (others) this.#registered.set(type, others)
  }

  /** A program dispatches it. That such an event was stopped shows nowhere, so it is noted as it happens. */
  #walkDispatched(event: Event): void {
    const state = { isStopped: false }
    const name = 'stopImmediatePropagation'
    const own = Object.getOwnPropertyDescriptor(event, name)
    const platforms = event[name].bind(event)
    const stop = (): void => {
      state.isStopped = true
      platforms()
    }
    Reflect.defineProperty(event, name, { value: stop, configurable: true })
    this.#walk(event, this.#registered.get(event.type) ?? [], state)
    if (own) Reflect.defineProperty(event, name, own)
    else Reflect.deleteProperty(event, name)
  }

  #walk(event: Event, listeners: readonly Registered[], state: Stoppable): void {
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
      if (state.isStopped) return
    }
  }
}

/** What `fire` needs of an event: it says itself who it is for, since nobody but EventTarget can tell a plain one. */
export interface SocketEvent extends Event, Stoppable {
  over(): void
}

/**
 * An event whose target is known from the start, unless a program dispatches it once more elsewhere. Its class is made when it is first
 * needed: a platform need not have all of them.
 */
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
      return super.target ?? this.#target
    }

    override get srcElement(): EventTarget {
      return this.target
    }

    override get currentTarget(): EventTarget | null {
      return super.currentTarget ?? (this.#isFiring ? this.#target : null)
    }

    override get eventPhase(): number {
      return super.eventPhase || (this.#isFiring ? 2 : 0)
    }

    override composedPath(): EventTarget[] {
      const path = super.composedPath()
      return path.length === 0 && this.#isFiring ? [this.#target] : path
    }

    override stopImmediatePropagation(): void {
      // Where it is dispatched elsewhere, it is stopped there. Said before that, it would keep it from being dispatched at all.
      if (super.eventPhase === 0) this.#isStopped = true
      else super.stopImmediatePropagation()
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
