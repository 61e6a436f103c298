// What a simulation fails with: the invariant that was broken, and how.

export class Violation extends Error {
  /** `I7`, for example. */
  readonly invariant: string
  readonly what: string

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`)
    this.name = 'Violation'
    this.invariant = invariant
    this.what = what
  }
}
