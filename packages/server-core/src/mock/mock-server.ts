// What a test holds of a mock server, and what it may be told when it is created.
import type { HistoryEntry, MemberEntry } from '@websockets.do/protocol'
import type { Clock } from '../core/ports'
import type { Emission } from '../emission'
import type { ServerOptions } from '../options'
import type { Server } from '../server'
import type { EmitOptions } from '../server-channel'
import type { Device, DeviceOptions } from './device'
import type { Duration } from './duration'
import type { Leaks } from './leaks'
import type { Conditions, Network } from './network'
import type { RawMember, RawMemberOptions } from './raw-member'
import type { TranscriptOptions } from './transcript'
import type { MovableClock } from './virtual-clock'

export interface MockServerOptions extends Omit<ServerOptions, 'clock' | 'random' | 'saved'> {
  /** Decides all that is left to chance, on the server, in its clients and in the network. Default 1. */
  readonly seed?: number | undefined
  /** Default: a virtual clock of its own. `fakeTimers(vi)` shares vitest's; any other clock is waited for in real time. */
  readonly clock?: Clock | undefined
  /** Where the server pretends to be, base path included. Default `http://mock.test`. */
  readonly url?: string | undefined
  /** Of the whole network, from the start. Default: perfect. */
  readonly network?: Conditions | undefined
}

export interface ConnectOptions extends RawMemberOptions {
  /** What the transcript calls it. Default `member-1`, and so on. */
  readonly name?: string
  readonly presence?: object
  /** More of the query: `rewind=5`. */
  readonly query?: string
}

/** Why a member never got in: what a browser is not told. */
export interface Refused {
  /** HTTP. */
  readonly status: number
  readonly code: string
  readonly message: string
}

/** A member that a test scripts, and the faults of its connection. */
export type MockMember = RawMember & { readonly network: Network; readonly refused: Refused | undefined }

/** What was told to `onError`. */
export interface Fault {
  readonly error: unknown
  readonly context: string
}

/**
 * It has all that `createClient` asks for, so that `createClient(server)` makes a client of it.
 * All of it can be destructured or spread.
 */
export interface MockServer<C extends MovableClock = MovableClock> extends Device {
  readonly seed: number
  readonly clock: C
  /**
   * What handlers and hooks have thrown so far, the clients' own included. The set-up for vitest fails a test that leaves anything here: take
   * out what you expect, as by `server.errors.splice(0)`. With an `onError` of your own it gets them, and nothing is collected.
   */
  readonly errors: Fault[]
  /** The server that runs at this moment: another one after each restart. */
  core(): Server
  /** A machine of its own on the network: its clients have its clock and its faults. The same name is the same machine; it gets its options with its first mention. */
  device(name: string, options?: DeviceOptions): Device
  /** Connects a member that a test scripts by hand, and waits until it is settled. Where it was refused, `refused` says why. */
  connect(channel: string, options?: ConnectOptions): Promise<MockMember>
  /** Publishes as the program that embeds the server does: see `server.channel(name).emit`. Throws where the server is stopped. */
  emit(channel: string, payload: unknown, options?: EmitOptions): Emission
  members(channel: string): MemberEntry[]
  /** The newest `limit` retained public events, oldest first. Default 100. */
  history(channel: string, limit?: number): HistoryEntry[]
  /** Resolves when nothing is under way any more. Only as much time passes as frames take to arrive; what is held stays where it is. */
  settled(): Promise<void>
  /** Lets time pass timer by timer, in ms or as `'90s'`, and everything arrive in between; one advance after the other. Rejects with what a timer throws. */
  advance(duration: Duration): Promise<void>
  /**
   * The server dies: all connections are lost, and new ones refused. With `drainMs` it goes down in an orderly way; as long as something
   * is awaited that takes time, which somebody has to let pass: `await Promise.all([server.stop({ drainMs: 5_000 }), server.advance('5s')])`.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>
  /** It is there again, with the events that it had retained, or without. Throws after `close`. */
  start(options?: { readonly history?: boolean }): void
  restart(options?: { readonly drainMs?: number; readonly history?: boolean }): Promise<void>
  /** For good: ends all that is connected, and with a clock of its own all timers, those of its clients included. Idempotent. */
  close(): Promise<void>
  /** Puts WebSocket and fetch in the place of the global ones, for this server's URL; the result puts those back. */
  install(): () => void
  /** All that went over the network, one line a frame, ids numbered and latencies left out: fit for a snapshot. */
  transcript(options?: TranscriptOptions): string
  /** The last 30 frames (`last`) as a sequence diagram. */
  diagram(options?: TranscriptOptions): string
  leaks(): Leaks
  /** Throws, and names them, when timers, listeners, connections, awaited emits or installed globals are left. */
  assertNoLeaks(): void
}
