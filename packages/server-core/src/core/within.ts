import type { Clock } from './ports'

/** The promise's outcome, or what `late` gives when it takes longer than `ms`. */
export function within<T>(promise: PromiseLike<T>, ms: number, clock: Clock, late: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late()))
    promise.then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error: unknown) => {
        cancel()
        reject(error)
      },
    )
  })
}
