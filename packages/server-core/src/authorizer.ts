// Who may do what: asks the program's `authorize`, and turns whatever it does into a decision [OR-2, OR-3].
import type { ErrorCode, Json } from '@websockets.do/protocol'
import { isPromiseLike } from './core/maybe-async'
import type { Clock } from './core/ports'
import { within } from './core/within'

export type Action = 'listen' | 'emit' | 'history' | 'members'

/** What `authorize` is asked. */
export interface Ask {
  /** The HTTP request; for what a member emits, the one that opened its connection. */
  readonly request: Request
  readonly channel: string
  readonly action: Action
  /** From `Authorization: Bearer`, the `token` parameter or the `bearer.` subprotocol. */
  readonly token: string | undefined
}

/** What somebody may be granted. */
export interface Grant {
  /** Who it is, as others see it beside `clientID` in the member list. */
  readonly user?: Json
  /** Unix ms after which the connection is closed with UNAUTHORIZED, so that it comes back with a new token. */
  readonly expiresAt?: number
}

/** UNAUTHORIZED asks the client for a new token, FORBIDDEN stops it. */
export interface Refusal {
  readonly refuse: 'UNAUTHORIZED' | 'FORBIDDEN'
  readonly message?: string
}

/** `false` is FORBIDDEN. */
export type Verdict = boolean | Grant | Refusal

export type Authorize = (ask: Ask) => Verdict | Promise<Verdict>

export type Decision =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string }

export interface AuthorizerOptions {
  readonly authorize: Authorize | undefined
  readonly historyReadable: boolean
  readonly clock: Clock
  readonly timeoutMs: number
  onError(error: unknown, context: string): void
}

export class Authorizer {
  readonly #options: AuthorizerOptions

  constructor(options: AuthorizerOptions) {
    this.#options = options
  }

  /** Whether somebody decides at all; without `authorize` everything but the history is open. */
  get isOpen(): boolean {
    return this.#options.authorize === undefined
  }

  /** Never throws or rejects. */
  decide(ask: Ask): Decision | PromiseLike<Decision> {
    const { authorize, historyReadable, clock, timeoutMs, onError } = this.#options
    if (!authorize) return ask.action === 'history' && !historyReadable ? UNREADABLE : { ok: true, grant: {} }
    const failed = (error: unknown): Decision => {
      onError(error, `authorize (${ask.action})`)
      return { ok: false, code: 'INTERNAL', message: 'the authorisation failed' }
    }
    try {
      const verdict = authorize(ask)
      if (!isPromiseLike(verdict)) return decisionOf(verdict, ask)
      const decision = Promise.resolve(verdict).then((given) => decisionOf(given, ask))
      const message = `the authorisation did not answer within ${timeoutMs} ms`
      return within(decision.catch(failed), timeoutMs, clock, () => ({ ok: false, code: 'INTERNAL', message }))
    } catch (error) {
      return failed(error)
    }
  }
}

// Throws where the program grants what it cannot: whatever is not clearly a grant is none.
function decisionOf(verdict: Verdict, { action }: Ask): Decision {
  if (verdict === true) return { ok: true, grant: {} }
  if (typeof verdict !== 'object' || verdict === null)
    return { ok: false, code: 'FORBIDDEN', message: `not allowed: ${action}` }
  if ('refuse' in verdict) {
    const code = verdict.refuse === 'UNAUTHORIZED' ? 'UNAUTHORIZED' : 'FORBIDDEN'
    return { ok: false, code, message: verdict.message ?? REFUSED[code] }
  }
  if (verdict.user !== undefined && JSON.stringify(verdict.user) === undefined)
    throw new TypeError('expected a `user` that JSON can carry')
  if (verdict.expiresAt !== undefined && !Number.isFinite(verdict.expiresAt))
    throw new TypeError('expected `expiresAt` in Unix ms')
  return { ok: true, grant: verdict }
}

const REFUSED = {
  UNAUTHORIZED: 'expected a valid token',
  FORBIDDEN: 'not allowed',
}

const UNREADABLE: Decision = {
  ok: false,
  code: 'FORBIDDEN',
  message: 'the history is not readable here: the server needs `authorize`, or `history: { readable: true }`',
}
