// What a session is asked for by, and which closes end it [RS-3 to RS-6].

/** Asks for a session: a new one, or the one that a token names. */
export interface SessionRequest {
  /** Absent: a new one. */
  readonly token?: string
  /** Rises with each connection of a session. Absent: one more than the last. */
  readonly attempt?: number
}

/** Whether a close is meant: then the member leaves at once, and has no grace [RS-5]. Without a code nobody closed anything. */
export function endsSession(code: number | undefined): boolean {
  return code !== undefined && MEANT.has(code)
}

// Going, going away, a close frame that says nothing; and what neither side can mend by connecting again.
const MEANT = new Set([1000, 1001, 1005, 4400, 4403])
