// What a simulation fails with: the invariant that was broken, and how.

export class Violation extends Error {
  /** `I7`, for example. */
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`)
    this.name = 'Violation'
    this.invariant = invariant
  }
}
