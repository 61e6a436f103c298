// How a case ends when it does not pass: the server broke a rule, or nothing can be said about it here.

/** What was expected and what came, in words for a person. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** The case can't be judged against this server, and why. */
export class Skip extends Error {
  override readonly name = 'Skip'
}
