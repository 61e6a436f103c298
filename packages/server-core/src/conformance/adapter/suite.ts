// The suite for an adapter: every case of the protocol over servers that are shared, and the adapters' own, each over one of its own.
import type { AdapterOptions, OpenAdapter, OpenedAdapter } from '../adapter'
import type { Capability, ConformanceCase } from '../case'
import { paceOf, type Result, runCase, selectCases } from '../run'
import { adapterCases } from './cases/index'
import type { AdapterCase } from './adapter-case'

/** What a runtime can't do, and why. */
export type Without = Readonly<Partial<Record<Capability, string>>>

export interface SuiteOptions {
  /** Skips the cases that need what this runtime lacks, with the reason. */
  readonly without?: Without
  /** Runs the cases too that take up to two minutes, where the server's clock can't be moved. */
  readonly slow?: boolean
  /** Rules to run, such as `ACK-3`; all when left out. */
  readonly only?: readonly string[]
}

export interface SuiteTest {
  readonly rule: string
  readonly title: string
  readonly isSlow: boolean
  /** Never rejects. */
  run(): Promise<Result>
}

export class Suite {
  /** In the order of the protocol's rules; of a rule the protocol's cases first. */
  readonly tests: readonly SuiteTest[]
  readonly #open: OpenAdapter
  readonly #without: Without
  readonly #slow: boolean
  #turn: Promise<unknown> = Promise.resolve()
  /** By their options. */
  readonly #shared: Map<AdapterOptions, Promise<OpenedAdapter>> | undefined

  /** `shares`: whether `close` will be called; otherwise each test has a server of its own. */
  constructor(open: OpenAdapter, { without = {}, slow = false, only }: SuiteOptions, shares: boolean) {
    this.#open = open
    this.#without = without
    this.#slow = slow
    this.#shared = shares ? new Map() : undefined
    const own = adapterCases.filter(({ rule }) => only?.includes(rule) ?? true)
    const general = selectCases('full').filter(({ rule }) => only?.includes(rule) ?? true)
    const stranger = only?.find((rule) => ![...general, ...own].some((one) => one.rule === rule))
    if (stranger !== undefined) throw new RangeError(`expected rules that have a case, got "${stranger}"`)
    this.tests = [...general.map((one) => this.#generalTest(one)), ...own.map((one) => this.#ownTest(one))]
  }

  /** The server that the protocol's cases share. */
  async server(): Promise<OpenedAdapter> {
    return await this.#take(SHARED)
  }

  /** Closes what is shared. */
  async close(): Promise<void> {
    const servers = [...(this.#shared?.values() ?? [])]
    this.#shared?.clear()
    for (const server of await Promise.allSettled(servers)) {
      if (server.status === 'fulfilled') await server.value.close()
    }
  }

  #generalTest(one: ConformanceCase): SuiteTest {
    const { rule, title, slow } = one
    const isBeating = slow === 'heartbeat'
    const slowly = this.#slow || isBeating
    const open = isBeating ? BEATING : SHARED
    const options = one.needs === 'token' ? BY_TOKEN : open
    const run = async () => {
      const server = await this.#take(options)
      const asked = () => runCase(one, server, { slow: slowly, pace: paceOf(server) })
      try {
        return await (server.pass ? this.#inTurn(asked) : asked())
      } finally {
        if (!this.#shared) await server.close()
      }
    }
    return { rule, title, isSlow: slow === true, run: () => this.#guarded(one, run) }
  }

  #ownTest(one: AdapterCase): SuiteTest {
    const { rule, title } = one
    const run = async () => {
      const server = await this.#open({
        ...SHARED,
        ...one.options,
        history: { readable: true, ...one.options.history },
      })
      const target = one.options.token === undefined ? server : { ...server, token: one.options.token }
      const asCase: ConformanceCase = { ...one, level: 'full', run: (t) => one.run(t, server) }
      try {
        return await runCase(asCase, target, { slow: true, pace: paceOf(server) })
      } finally {
        await server.close()
      }
    }
    return { rule, title, isSlow: false, run: () => this.#guarded(one, run) }
  }

  /** A clock that cases move is moved by one of them at a time, also where their runner runs them side by side. */
  #inTurn(asked: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(asked)
    this.#turn = result
    return result
  }

  /** What can't be run at all is a result like any other. */
  async #guarded(one: Pick<ConformanceCase, 'rule' | 'title' | 'uses'>, run: () => Promise<Result>): Promise<Result> {
    const { rule, title, uses } = one
    const result = (outcome: Result['outcome'], detail: string): Result => {
      return { rule, title, level: 'full', outcome, detail, ms: 0 }
    }
    const lack = uses && this.#without[uses]
    if (lack !== undefined) return result('skip', lack)
    try {
      return await run()
    } catch (error) {
      return result('fail', `the server could not be opened or closed: ${String(error)}`)
    }
  }

  async #take(options: AdapterOptions): Promise<OpenedAdapter> {
    const server = this.#shared?.get(options) ?? this.#open(options)
    this.#shared?.set(options, server)
    const { token } = options
    return token === undefined ? await server : { ...(await server), token }
  }
}

const SHARED: AdapterOptions = { history: { readable: true }, getEmit: true }
const BY_TOKEN: AdapterOptions = { ...SHARED, token: 'right' }
/** Fast enough to be waited for, slow enough for a machine that is busy. */
const BEATING: AdapterOptions = { ...SHARED, heartbeat: { intervalMs: 400, timeoutMs: 2_000 } }
