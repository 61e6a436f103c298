// May this be published, and as what? `authorize`, then the program's `onEmit`, which may refuse or change it.
import type { Json, Limits } from '@websockets.do/protocol'
import type { Ask, Authorizer, Grant } from './authorizer'
import { refused } from './core/frames'
import { andThen } from './core/maybe-async'
import type { Admission } from './core/member-connection'
import { encodePayload } from './payload'

/** What `onEmit` is told of an event before it is published. */
export interface Emitted {
  readonly channel: string
  /** The member that emits; absent for HTTP. */
  readonly from?: string
  /** Who emits, from what `authorize` granted. */
  readonly user?: Json
  readonly payload: Json
}

/** Nothing lets it pass as it is; `payload` replaces it; `refuse` is the reason that the emitter gets, with FORBIDDEN. */
export type EmitVerdict = void | undefined | { readonly payload: Json } | { readonly refuse: string }

export type OnEmit = (emitted: Emitted) => EmitVerdict | Promise<EmitVerdict>

export interface AdmissionOptions {
  readonly authorizer: Authorizer
  readonly onEmit: OnEmit | undefined
  readonly limits: Limits
  onError(error: unknown, context: string): void
}

/** An admission, and who was admitted. */
export type Admitted = Admission & { readonly grant?: Grant }

/** Never throws or rejects; synchronous as long as the program's functions are. */
export function admit(
  ask: Ask,
  from: string | undefined,
  payload: Json,
  options: AdmissionOptions,
): Admitted | PromiseLike<Admitted> {
  const { authorizer, onEmit, limits, onError } = options
  return andThen(authorizer.decide(ask), (decision): Admitted | PromiseLike<Admitted> => {
    if (!decision.ok) return { ok: false, result: refused(decision.code, decision.message) }
    const { grant } = decision
    if (!onEmit) return encoded(payload, grant, limits)
    const failed = (error: unknown): Admitted => {
      onError(error, 'onEmit')
      return { ok: false, result: refused('INTERNAL', 'the server could not handle this event') }
    }
    const { user } = grant
    try {
      const verdict = onEmit({
        channel: ask.channel,
        ...(from !== undefined && { from }),
        ...(user !== undefined && { user }),
        payload,
      })
      const judged = andThen(verdict, (late): Admitted => {
        if (late && 'refuse' in late) return { ok: false, result: refused('FORBIDDEN', late.refuse) }
        return encoded(late ? late.payload : payload, grant, limits)
      })
      return judged instanceof Promise ? judged.catch(failed) : judged
    } catch (error) {
      return failed(error)
    }
  })
}

function encoded(payload: Json, grant: Grant, limits: Limits): Admitted {
  const encoding = encodePayload(payload, limits)
  if (!encoding.ok) return { ok: false, result: refused(encoding.code, encoding.message) }
  return { ok: true, payload: encoding.text, grant }
}
