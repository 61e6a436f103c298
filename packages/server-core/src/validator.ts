// Whether what somebody says fits its channel's contract. What came is passed on as it came: a schema that transforms has to do so where
// it is read, and what it gives could not be checked by the next reader.
import type { Checked, Contract, Json, JsonObject } from '@websockets.do/protocol'
import type { ErrorPayload } from './core/frames'
import { isPromiseLike } from './core/maybe-async'
import type { Clock } from './core/ports'
import { within } from './core/within'

/** By a channel's exact name, or by its beginning and `*`, of which the longest counts; or found by a function. */
export type Contracts = Readonly<Record<string, Contract>> | ((channel: string) => Contract | undefined)

/** What is wrong, as it is told to whoever said it; undefined: nothing is. */
export type Finding = ErrorPayload | undefined

export interface ValidatorOptions {
  readonly contracts: Contracts
  readonly clock: Clock
  /** What an asynchronous schema may take. */
  readonly timeoutMs: number
  onError(error: unknown, context: string): void
}

export class Validator {
  readonly #options: ValidatorOptions
  readonly #find: (channel: string) => Contract | undefined

  constructor(options: ValidatorOptions) {
    this.#options = options
    this.#find = finderOf(options.contracts)
  }

  /** Takes JSON text, so that a schema has a copy of its own: whatever it does to that changes nothing. Never throws or rejects. */
  examinePayload(channel: string, text: string): Finding | Promise<Finding> {
    return this.#examine(channel, (contract) => contract.checkPayload(JSON.parse(text) as Json))
  }

  /** Like `examinePayload`. */
  examinePresence(channel: string, text: string): Finding | Promise<Finding> {
    return this.#examine(channel, (contract) => contract.checkPresence(JSON.parse(text) as JsonObject))
  }

  #examine(channel: string, check: (contract: Contract) => Checked | Promise<Checked>): Finding | Promise<Finding> {
    const { clock, timeoutMs, onError } = this.#options
    const failed = (error: unknown): Finding => {
      onError(error, `the contract of channel ${channel}`)
      return { code: 'INTERNAL', message: 'the server could not check this' }
    }
    try {
      const contract = this.#find(channel)
      if (!contract) return undefined
      const checked = check(contract)
      if (!isPromiseLike(checked)) return finding(checked)
      const message = `the server did not check this within ${timeoutMs} ms`
      return within(Promise.resolve(checked).then(finding).catch(failed), timeoutMs, clock, () => ({
        code: 'INTERNAL',
        message,
      }))
    } catch (error) {
      return failed(error)
    }
  }
}

/** What is wrong with the option, in words; undefined when nothing is. */
export function contractsFault(contracts: Contracts): string | undefined {
  if (typeof contracts === 'function') return undefined
  const wrong = Object.entries(contracts).find(([, contract]) => typeof contract?.checkPayload !== 'function')
  return wrong && `expected the contract of ${wrong[0]} to come from defineChannel`
}

function finding(checked: Checked): Finding {
  return checked.ok ? undefined : { code: 'BAD_PAYLOAD', message: checked.message, path: checked.path }
}

function finderOf(contracts: Contracts): (channel: string) => Contract | undefined {
  if (typeof contracts === 'function') return contracts
  const exact = new Map(Object.entries(contracts))
  const beginnings = [...exact]
    .filter(([name]) => name.endsWith('*'))
    .map(([name, contract]) => ({ start: name.slice(0, -1), contract }))
    .sort((one, other) => other.start.length - one.start.length)
  return (channel) => exact.get(channel) ?? beginnings.find(({ start }) => channel.startsWith(start))?.contract
}
