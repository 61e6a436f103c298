// What the scenario is told, and what it tells: the same for every runtime.

export interface Task {
  /** The server, through a door of this run's own. */
  readonly url: string
  /** The same server, without a door before it. */
  readonly server: string
  /** Where that door is told to fail. */
  readonly control: string
  /** Its channels' names begin with it. */
  readonly name: string
}

export interface Step {
  readonly step: string
  readonly ok: boolean
  /** What was seen; of a step that failed, why. */
  readonly detail: unknown
}
