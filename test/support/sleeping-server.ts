// A server whose process ends whenever it has nothing to do, while its sockets stay open, as a runtime that hibernates has it:
// the next thing that happens finds a new server, made from the journal and from what the sockets have kept.
import {
  type Accept,
  type Connection,
  createServer,
  type SavedLine,
  type Server,
  type ServerOptions,
  type Socket,
} from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { VirtualClock } from '@websockets.do/server-core/mock'
import { MemoryJournal } from './memory-journal'

/** One socket that outlives the servers it has. */
interface Door {
  readonly channel: string
  readonly socket: Socket
  /** JSON; undefined for what has no place in a channel. */
  kept: string | undefined
  connection: Connection | undefined
}

export interface SleepingServer {
  readonly url: string
  readonly WebSocket: typeof WebSocket
  readonly fetch: typeof fetch
  readonly clock: VirtualClock
  readonly journal: MemoryJournal
  readonly pass: (ms: number) => Promise<void>
  /** The one that runs at this moment. */
  core(): Server
  /** How many there have been. */
  lives(): number
  /** When it was woken by its alarm, in ms of its clock. */
  readonly alarms: number[]
  /** Ends the process without having it fall asleep: its sockets are lost with it. */
  crash(): void
  /** What went wrong. */
  readonly errors: unknown[]
}

/** It falls asleep after `idleMs` in which nothing happened; with 0 as soon as it has nothing to do. */
export function sleepingServer({ idleMs = 0, ...options }: ServerOptions & { idleMs?: number } = {}): SleepingServer {
  const virtual = new VirtualClock()
  const journal = new MemoryJournal()
  const doors = new Set<Door>()
  const errors: unknown[] = []
  const alarms: number[] = []
  let life = 0
  let pending = 0
  let dozing: (() => void) | undefined
  let alarm: { readonly at: number; cancel(): void } | undefined
  let server = start()

  /** The clock of one life: its timers keep it awake, and nothing of it runs in the next. */
  function clockOf(mine: number) {
    return {
      sleeps: true,
      now: () => virtual.now(),
      unixNow: () => virtual.unixNow(),
      every: () => fail('a server that sleeps has no repeating timer'),
      after(ms: number, run: () => void) {
        pending++
        let isOver = false
        const end = () => {
          if (!isOver) pending--
          isOver = true
        }
        const cancel = virtual.after(ms, () => {
          end()
          if (mine !== life) fail('a timer of an earlier life ran')
          run()
          rest()
        })
        return () => {
          end()
          cancel()
        }
      },
    }
  }

  function fail(message: string): never {
    errors.push(new Error(message))
    throw new Error(message)
  }

  function start(): Server {
    const mine = ++life
    const next = createServer({
      history: { readable: true },
      onError: (error) => void errors.push(error),
      ...options,
      clock: clockOf(mine),
      journal,
      saved: journal.saved(virtual.unixNow()),
    })
    for (const door of doors) {
      door.connection = undefined
      if (door.kept === undefined) continue
      const saved = JSON.parse(door.kept) as SavedLine
      door.connection = next.restore(door.channel, saved, handle(door, mine))
      if (!door.connection) fail(`${saved.clientID} was not taken back`)
    }
    next.beat()
    return next
  }

  function handle(door: Door, mine: number): Socket {
    const alive = () => {
      if (mine !== life) fail('an earlier life spoke')
    }
    return {
      get bufferedAmount() {
        return door.socket.bufferedAmount ?? 0
      },
      send(text) {
        alive()
        door.socket.send(text)
      },
      close(code, reason) {
        alive()
        door.kept = undefined
        door.socket.close(code, reason)
      },
      save(line) {
        alive()
        door.kept = JSON.stringify(line)
      },
    }
  }

  /** Whoever is on a stream keeps the process awake; those on sockets do not. */
  function canSleep(): boolean {
    const { members, away, observers, awaited } = server.stats()
    const onSockets = Array.from(doors).filter(({ kept }) => kept !== undefined).length
    return pending === 0 && observers === 0 && awaited === 0 && members - away === onSockets
  }

  /** After each thing that happened: sets the alarm, and falls asleep if it may. */
  function rest(): void {
    const dueInMs = server.dueInMs()
    if (dueInMs !== undefined && !(alarm && alarm.at <= virtual.now() + dueInMs)) {
      alarm?.cancel()
      const at = virtual.now() + dueInMs
      alarm = { at, cancel: virtual.after(dueInMs, ring) }
    }
    dozing?.()
    const sleep = () => {
      if (canSleep()) life++
    }
    if (idleMs === 0) sleep()
    else dozing = virtual.after(idleMs, sleep)
  }

  function ring(): void {
    alarm = undefined
    wake()
    alarms.push(virtual.now())
    server.beat()
    rest()
  }

  let awake = 1
  function wake(): Server {
    if (awake !== life) {
      server = start()
      awake = life
    }
    return server
  }

  /** As a runtime does that beats whenever it is awake. */
  function touched<T>(run: (server: Server) => T): T {
    wake().beat()
    const outcome = run(server)
    rest()
    return outcome
  }

  async function whileAwake<T>(run: (server: Server) => Promise<T>): Promise<T> {
    pending++
    wake().beat()
    try {
      return await run(server)
    } finally {
      pending--
      rest()
    }
  }

  const ends = {
    fetch: (request: Request) => whileAwake((now) => now.fetch(request)),
    upgrade: (request: Request): Promise<Response | Accept> =>
      whileAwake(async (now) => {
        const accept = await now.upgrade(request)
        if (accept instanceof Response) return accept
        // The socket is there before the process may fall asleep again.
        pending++
        return (socket: Socket) => {
          pending--
          const channel = decodeURIComponent(new URL(request.url).pathname.split('/')[1] ?? '')
          const door: Door = { channel, socket, kept: undefined, connection: undefined }
          doors.add(door)
          door.connection = accept(handle(door, life))
          const { clientID } = door.connection
          rest()
          return {
            clientID,
            receive: (data) => touched(() => door.connection?.receive(data)),
            closed: (code) =>
              touched(() => {
                doors.delete(door)
                door.kept = undefined
                door.connection?.closed(code)
              }),
          }
        }
      }),
  }
  const { url, WebSocket, fetch } = memory(ends)
  return {
    ...{ url, WebSocket, fetch, clock: virtual, journal, alarms, errors },
    pass: (ms) => virtual.advance(ms, settle),
    core: wake,
    lives: () => life,
    crash() {
      for (const door of doors) door.kept = undefined
      life++
    },
  }
}

/** Until no frame is under way: all of them travel in microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
