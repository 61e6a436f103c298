// What a scenario runs on, and what it tells of it: the same words for the same behaviour, wherever it was seen.

export interface Engine {
  readonly WebSocket: typeof WebSocket
  /** `host:port` of the server, which does what `scriptedDoors` says. */
  readonly host: string
  /** GET, as text. */
  ask(path: string): Promise<string>
  /** The messages of the exceptions that nobody caught. */
  readonly uncaught: string[]
}

/** Plain JSON: what was observed. */
export type Scenario = (engine: Engine) => Promise<unknown>

export interface Watched {
  readonly socket: WebSocket
  readonly log: string[]
  readonly opened: Promise<void>
  readonly closed: Promise<void>
  /** What the server was sent, and the code that it was told at the end. */
  told(): Promise<{ received: string[]; code: number }>
}

export interface WatchOptions {
  readonly path?: string
  readonly protocols?: string | string[]
  /** What the server does as soon as it has accepted. */
  readonly greet?: readonly unknown[]
  /** Added before the listeners of this one. */
  readonly first?: (socket: WebSocket) => void
}

let ids = 0

/** A socket whose life is written down. */
export function watch(
  engine: Engine,
  { path = '/echo', protocols = [], greet = [], first }: WatchOptions = {},
): Watched {
  const id = `life${++ids}`
  const query = new URLSearchParams({ id, greet: JSON.stringify(greet) })
  const socket = new engine.WebSocket(`ws://${engine.host}${path}?${query}`, protocols)
  const log: string[] = []
  first?.(socket)
  const opened = new Promise<void>((resolve) => {
    socket.addEventListener('open', () => {
      log.push(`open in ${socket.readyState}`)
      resolve()
    })
  })
  socket.addEventListener('message', ({ data }) => void log.push(`message ${data}`))
  socket.addEventListener('error', () => void log.push(`error in ${socket.readyState}`))
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      log.push(`close ${code} "${reason}" ${wasClean ? 'clean' : 'not clean'} in ${socket.readyState}`)
      resolve()
    })
  })
  return { socket, log, opened, closed, told: async () => JSON.parse(await engine.ask(`/log?id=${id}`)) }
}

/** Tells the server what to do. */
export function tell({ socket }: Watched, ...commands: readonly unknown[]): void {
  socket.send(JSON.stringify({ do: commands }))
}

/** The next message that arrives. */
export function nextMessage({ socket }: Watched): Promise<void> {
  return new Promise((resolve) => socket.addEventListener('message', () => resolve(), { once: true }))
}

/** What it gives, or what it throws. */
export function attempt(run: () => unknown): unknown {
  try {
    return run() ?? 'nothing'
  } catch (error) {
    return `throws ${error instanceof DOMException ? 'DOMException ' : ''}${(error as Error).name}`
  }
}

/** Some turns of the event loop, or as long as anything that is under way takes. */
export async function aWhile(engine: Engine): Promise<void> {
  for (let n = 0; n < 5; n++) await engine.ask('/nothing')
}
