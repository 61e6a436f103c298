// What is rendered and not mounted yet has no effects to hold a channel by: it is held for it, as long as it is rendered again and again.
import { type Status, WebSocketsError } from '@websockets.do/client'
import type { Entry, Wanted } from '../entry'
import type { Registry } from '../registry'

export type Closed = Extract<Status, { state: 'closed' }>

/** Of what a `<ClientSideSuspense>` shows its fallback: another once that is mounted anew. Undefined outside of all. */
export type Attempt = object | undefined

export interface Wait {
  /** For a render to throw: an error if the channel was closed that it has waited for, otherwise a promise to try again. */
  toThrow(closed: Closed | undefined, wanted: Wanted, attempt: Attempt): WebSocketsError | Promise<void>
  /** Something is mounted, and holds the channel by itself. */
  end(): void
}

/** What waits for that channel. */
export function waitOf(registry: Registry, name: string): Wait {
  const waits = allWaits.get(registry.entries) ?? new Map<string, Wait>()
  allWaits.set(registry.entries, waits)
  const wait = waits.get(name) ?? createWait(registry, () => waits.delete(name), name)
  waits.set(name, wait)
  return wait
}

export function errorOf({ reason: { code, message } }: Closed): WebSocketsError {
  return new WebSocketsError(code, message)
}

function createWait({ client, entry }: Registry, gone: () => void, name: string): Wait {
  const { clock } = client
  let wishes: (() => void)[] = []
  let attempts = new Set<Attempt>()
  let own: Entry
  let promise: Promise<void> | undefined
  let resolve: (() => void) | undefined
  let release: (() => void) | undefined
  let cancel: (() => void) | undefined
  /** Why it was closed, for those that had waited: React renders twice what throws, and may show it a while after that. */
  let failure: WebSocketsError | undefined
  let told = attempts
  let toldUntil = 0

  /** Whoever is still wanted renders again, and waits again if need be. */
  function wake(): void {
    for (const unwish of wishes) unwish()
    wishes = []
    resolve?.()
    promise = resolve = undefined
    cancel?.()
    cancel = clock.after(WANTED_MS - WAKE_MS, letGo)
  }

  function letGo(): void {
    cancel?.()
    release?.()
    cancel = release = undefined
    attempts = new Set()
    if (!failure) gone()
  }

  function look(): void {
    const { status, self } = own.snapshot()
    if (status.state === 'closed') {
      failure = errorOf(status)
      told = attempts
      toldUntil = clock.now() + WANTED_MS
      wake()
      letGo()
    } else if (self && promise) wake()
  }

  function open(closed: Closed | undefined): void {
    release ??= own.hold(undefined, look)
    // Somebody else may have opened another one since.
    if (closed === own.snapshot().status) own.reopen()
  }

  return {
    toThrow(closed, wanted, attempt) {
      const now = clock.now()
      if (failure && now < toldUntil && told.has(attempt)) {
        toldUntil = Math.min(toldUntil, now + TOLD_MS)
        return failure
      }
      attempts.add(attempt)
      if (!promise) {
        promise = new Promise((done) => {
          resolve = done
        })
        own = entry(name)
        // Not while rendering: a program's token is asked for, and those that hold a closed one hear of another.
        void Promise.resolve().then(() => open(closed))
        cancel?.()
        cancel = clock.after(WAKE_MS, wake)
      }
      wishes.push(own.want({ current: wanted }))
      return promise
    },
    end() {
      if (promise) return
      failure = undefined
      letGo()
    },
  }
}

const allWaits = new WeakMap<object, Map<string, Wait>>()

/** How often what waits is rendered again: what isn't any more has been given up. */
const WAKE_MS = 500

/** How long a channel is held after the last render that waited for it. */
const WANTED_MS = 2_000

/** React may take 300 ms to show what it has rendered, and render it again meanwhile. */
const TOLD_MS = 500
