// From a payload that came in to an event that goes out: `authorize`, then a repeat is known as one, then
// the channel's contract, then `onEmit`, then the channel.
import type { EmitResult, Json, Limits } from '@websockets.do/protocol'
import type { Ask, Authorizer } from './authorizer'
import type { Channel } from './core/channel'
import { refused } from './core/frames'
import { andThen, isPromiseLike } from './core/maybe-async'
import type { Clock } from './core/ports'
import type { Publication } from './core/published-event'
import { within } from './core/within'
import { WebSocketsError } from './error'
import { type EncodedPayload, encodePayload } from './payload'
import type { Validator } from './validator'

/** What `onEmit` is told of an event before it is published. */
export interface Emitted {
  readonly channel: string
  /** The member that emits; absent for HTTP. */
  readonly from?: string
  /** Who emits, from what `authorize` granted. */
  readonly user?: Json
  readonly payload: Json
}

/** Nothing lets it pass as it is; `payload` replaces it; `false` refuses it, and `refuse` says why: the emitter gets FORBIDDEN. */
export type EmitVerdict = void | undefined | false | { readonly payload: Json } | { readonly refuse: string }

export type OnEmit = (emitted: Emitted) => EmitVerdict | Promise<EmitVerdict>

export interface PublishOptions {
  readonly authorizer: Authorizer
  readonly validator: Validator
  readonly onEmit: OnEmit | undefined
  readonly limits: Limits
  readonly clock: Clock
  onError(error: unknown, context: string): void
}

/** Something that a member or an HTTP caller wants published. */
export interface Wish {
  readonly ask: Ask
  readonly payload: Json
  /** Everything about it but what it says and who says it. */
  readonly publication: Omit<Publication, 'payload' | 'sent' | 'principal'>
  /** Whom to take it for, where `authorize` names nobody [EM-8]. */
  readonly principal: string
  /** The member that emits has left meanwhile, or the server is gone: nobody is to see it. */
  isGone(): boolean
  /** The channel, if there is one. Like `open`, it gives undefined when the member that emits has left meanwhile. */
  find(): Channel | undefined
  /** The channel, made if need be. */
  open(): Channel | undefined
}

/** Tells `done` exactly once what became of it, unless the member has left. Never throws or rejects; synchronous as long as the program's functions are. */
export function publish(
  wish: Wish,
  options: PublishOptions,
  done: (result: EmitResult) => void,
): void | PromiseLike<void> {
  const { ask, payload } = wish
  return andThen(options.authorizer.decide(ask), (decision) => {
    if (!decision.ok) return done(refused(decision.code, decision.message))
    if (wish.isGone()) return done(GONE)
    const encoding = encodePayload(payload, options.limits)
    if (!encoding.ok) return done(refused(encoding.code, encoding.message))
    const { user } = decision.grant
    const principal = user === undefined ? wish.principal : JSON.stringify(user)
    const publication = { ...wish.publication, payload: encoding.text, sent: encoding.text, principal }
    // Before `onEmit`, which may count or store what it sees: a repeat is not to be seen again.
    if (wish.find()?.answerRepeat(publication, done)) return
    // Who may not emit learns nothing of the contract; a repeat has its answer already, whatever the contract says by now; and `onEmit`
    // is asked about nothing but what fits.
    return andThen(options.validator.examinePayload(ask.channel, encoding.text), (finding) => {
      if (finding) return done({ success: false, error: finding })
      if (wish.isGone()) return done(GONE)
      return andThen(approve(wish, user, encoding, options), (approved) => {
        if (!approved.ok) done(refused(approved.code, approved.message))
        else if (wish.isGone()) done(GONE)
        else wish.open()?.emit({ ...publication, payload: approved.text }, done)
      })
    })
  })
}

function approve(
  wish: Wish,
  user: Json | undefined,
  encoded: EncodedPayload,
  options: PublishOptions,
): EncodedPayload | PromiseLike<EncodedPayload> {
  const { onEmit, validator, limits, clock, onError } = options
  if (!onEmit) return encoded
  const { ask, payload, publication } = wish
  const { from } = publication
  const judge = (verdict: EmitVerdict): EncodedPayload | PromiseLike<EncodedPayload> => {
    if (verdict === false) return { ok: false, code: 'FORBIDDEN', message: 'not allowed' }
    if (!verdict) return encoded
    if ('refuse' in verdict) return { ok: false, code: 'FORBIDDEN', message: verdict.refuse }
    const changed = encodePayload(verdict.payload, limits)
    if (!changed.ok) return changed
    return andThen(validator.examinePayload(ask.channel, changed.text), (finding) => {
      if (!finding) return changed
      if (finding.code === 'INTERNAL') return { ok: false, code: finding.code, message: finding.message }
      // What the program made of it is no fault of whoever emitted it.
      throw new WebSocketsError(finding.code, finding.message, { path: finding.path })
    })
  }
  const failed = (error: unknown): EncodedPayload => {
    onError(error, 'onEmit')
    return { ok: false, code: 'INTERNAL', message: 'the server could not handle this event' }
  }
  try {
    const verdict = onEmit({
      channel: ask.channel,
      ...(from !== undefined && { from }),
      ...(user !== undefined && { user }),
      payload,
    })
    const approved = andThen(verdict, judge)
    if (!isPromiseLike(approved)) return approved
    const ms = limits.handshakeTimeoutMs
    const message = `the server did not decide on this event within ${ms} ms`
    return within(Promise.resolve(approved).catch(failed), ms, clock, () => ({
      ok: false,
      code: 'INTERNAL',
      message,
    }))
  } catch (error) {
    return failed(error)
  }
}

/** A member that has left is told nothing more: this is for whoever asked by HTTP. */
const GONE = refused('DRAINING', 'this server is going down: try again')
