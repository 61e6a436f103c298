// The conformance kit against our own servers, and what it says of those that fail.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import {
  conformanceCases,
  type ConformanceContext,
  describeConformance,
  formatReport,
  notSeen,
  type Report,
  type Result,
  runConformance,
} from '@websockets.do/server-core/conformance'
import { createMockServer } from '@websockets.do/server-core/mock'
import { serve } from '@websockets.do/server-core/node'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { seedOnly } from './seed-server'
import { virtualServer } from './virtual-server'

const root = fileURLToPath(new URL('../../', import.meta.url))
const byToken: ServerOptions = { authorize: ({ token }) => token === 'right' || { refuse: 'UNAUTHORIZED' } }

describeConformance('the in-memory server', () => virtualServer(), { describe, it })
describeConformance(
  'the in-memory server that asks for a token',
  () => virtualServer({ options: byToken, token: 'right' }),
  {
    describe,
    it,
    only: ['LI-6', 'OR-2', 'OR-3', 'RS-2', 'RS-7', 'RS-9'],
  },
)

describe('the conformance kit', () => {
  it('finds nothing wrong with the mock server, whose clock and connections it leaves in order', async () => {
    const mock = createMockServer({ history: { readable: true } })
    const { results } = await runConformance({ ...mock, pass: mock.advance })
    expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    await mock.advance('3m')
  })

  it('asks a server that knows the seed alone for nothing more at level seed', async () => {
    const report = await runConformance(virtualServer(seedOnly), { level: 'seed' })
    expect(report.results.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(report.passed).toBeGreaterThan(15)
    expect((await runConformance(virtualServer(seedOnly), { only: ['MS-7'] })).failed).toBe(1)
  })

  it('leaves nobody behind in the channels that it used', async () => {
    const left: string[] = []
    const joined: string[] = []
    const target = virtualServer({
      options: {
        onJoin: ({ member }) => void joined.push(member.clientID),
        onLeave: ({ member }) => void left.push(member.clientID),
      },
    })
    await runConformance(target)
    await target.pass(0)
    expect(left.toSorted()).toEqual(joined.toSorted())
    expect(joined.length).toBeGreaterThan(200)
  })

  it('has each rule of the protocol in a case, or says why not', () => {
    const protocol = readFileSync(join(root, 'docs/protocol.md'), 'utf8')
    const rules = Array.from(protocol.matchAll(/^- \*\*([A-Z]+-\d+a?)\*\*( \*Planned:\*)?/gm))
    const due = rules.filter(({ 2: planned }) => planned === undefined).map(({ 1: rule }) => rule)
    const covered = new Set([...conformanceCases, ...notSeen].map(({ rule }) => rule))
    expect(due.length).toBeGreaterThan(50)
    expect([...covered].toSorted()).toEqual(due.toSorted())
  })

  it('has a title of its own for each case of a rule', () => {
    const titles = conformanceCases.map(({ rule, title }) => `${rule} ${title}`)
    expect(titles.length).toBe(new Set(titles).size)
  })

  it('rejects rules that have no case', async () => {
    await expect(runConformance(virtualServer(), { only: ['XX-1'] })).rejects.toThrow('got "XX-1"')
    await expect(runConformance(virtualServer(), { only: ['LI-4'], level: 'seed' })).rejects.toThrow('at level seed')
  })
})

describe('describeConformance', () => {
  const tests = async (target: ConformanceContext, only: string[], context?: object) => {
    const outcomes: [string, string][] = []
    const running: Promise<void>[] = []
    describeConformance('a server', () => target, {
      describe: (_name, body) => body(),
      it(name, body) {
        expect(body.length).toBe(0)
        const told = (outcome: string) => void outcomes.push([name, outcome])
        running.push(
          body(context).then(
            () => told('passed'),
            (error: Error) => told(error.message),
          ),
        )
      },
      only,
    })
    await Promise.all(running)
    return outcomes
  }

  it('fails a test with the rule, what was expected, what came, and the frames', async () => {
    const target = virtualServer({ send: (text, wire) => wire.send(text.replace('"latency":0,', '')) })
    const outcomes = await tests(target, ['LI-1', 'MS-2'])
    expect(outcomes.map(([name]) => name)).toContain(
      'LI-1: opens a WebSocket at /:channel/listen, and CONNECTED comes first',
    )
    const [, message] = (await tests(target, ['MS-1']))[0]!
    expect(message).toContain('MS-1: a frame CONNECTED.latency: expected a number of at least 0, got nothing')
    expect(message).toContain('client 1 < {"type":"CONNECTED","clientID":"client_')
  })

  it('skips a test where the runner can, and passes it where it cannot', async () => {
    const skipped: string[] = []
    const target = virtualServer()
    const only = ['OR-2']
    const skip = (reason: string) => void skipped.push(reason)
    await tests(target, only, { skip })
    // As vitest's own.
    await tests(
      target,
      only,
      Object.assign(() => {}, { skip }),
    )
    expect(skipped).toEqual(Array(4).fill('no token: pass --token for a server that asks'))
    expect((await tests(target, only)).map(([, outcome]) => outcome)).toEqual(Array(3).fill('passed'))
  })
})

describe('formatReport', () => {
  const result = (rule: string, outcome: Result['outcome'], more: Partial<Result> = {}): Result => {
    return { rule, title: 'does what it says', level: 'full', outcome, ms: 1, ...more }
  }
  const report = (results: Result[]): Report => {
    const count = (outcome: string) => results.filter((one) => one.outcome === outcome).length
    const counts = { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
    return { url: 'ws://127.0.0.1:8787', level: 'full', results, ...counts, ms: 1_234 }
  }

  it('shows what failed first, then the rules, and the counts last', () => {
    const failing = {
      title: 'answers 408 ACK_TIMEOUT after `_timeout`, naming who did what and when',
      detail: 'the answer.status: expected 408, got 200',
      frames: [
        `client 1 < {"type":"CONNECTED","payload":{"members":[]},"clientID":"client_ZAqKx5ho","latency":0}`,
        'client 2 was sent nothing',
      ],
    }
    const text = formatReport(
      report([
        result('ACK-1', 'pass'),
        result('ACK-3', 'pass'),
        result('ACK-3', 'fail', failing),
        result('CL-5', 'skip', { detail: 'slow: pass --slow' }),
        result('RS-1', 'skip', { detail: 'slow: pass --slow' }),
      ]),
    )
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(text).toMatchInlineSnapshot(`
      "Failed

      ACK-3   answers 408 ACK_TIMEOUT after \`_timeout\`, naming who did what and when
              the answer.status: expected 408, got 200
              client 1 < {"type":"CONNECTED","payload":{"members":[]},"clientID":"cl
                ient_ZAqKx5ho","latency":0}
              client 2 was sent nothing

      Rule     passed  failed  skipped
      ACK-1         1       ·        ·
      ACK-3         1       1        ·  FAILED
      CL-5          ·       ·        1
      RS-1          ·       ·        1

      Skipped

      slow: pass --slow
              CL-5, RS-1

      ws://127.0.0.1:8787, level full, 1.2 s
      2 passed, 1 failed, 2 skipped"
    `)
  })

  it('shows nothing of failures where there are none', () => {
    expect(formatReport(report([result('ACK-1', 'pass')]))).toMatchInlineSnapshot(`
      "Rule     passed  failed  skipped
      ACK-1         1       ·        ·

      ws://127.0.0.1:8787, level full, 1.2 s
      1 passed, 0 failed, 0 skipped"
    `)
  })
})

// Side by side: they wait for time to pass, and for other processes.
describe.concurrent('the conformance kit over a network', { timeout: 60_000 }, () => {
  it('finds nothing wrong with the Node adapter', async ({ onTestFinished }) => {
    const { results } = await runConformance(await listening({ history: { readable: true } }, onTestFinished), {
      concurrency: 12,
    })
    expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    const reasons = new Set(results.map(({ detail }) => detail))
    expect(reasons).toEqual(new Set([undefined, 'slow: pass --slow', 'no token: pass --token for a server that asks']))
  })

  it('skips with a reason what depends on options of the server', async ({ onTestFinished }) => {
    const target = await listening({ getEmit: false }, onTestFinished)
    const { results, failed, skipped } = await runConformance(target, {
      only: ['EM-2', 'EM-3', 'HI-1', 'RS-8', 'OR-3'],
    })
    expect({ failed, skipped }).toEqual({ failed: 0, skipped: 14 })
    expect(new Set(results.flatMap(({ detail }) => detail ?? []))).toEqual(
      new Set([
        'GET may not emit here (405)',
        'the history is not readable here (403)',
        'no token: pass --token for a server that asks',
      ]),
    )
  })
})

describe.concurrent('npm run conform', { timeout: 60_000 }, () => {
  it('prints the table, and ends with 0', async ({ onTestFinished }) => {
    const { url } = await listening({}, onTestFinished)
    const { code, stdout, stderr } = await conform(url.replace('http', 'ws'), '--only', 'ACK-1, ack-7')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('ACK-1         3       ·        ·')
    expect(stdout.trim().split('\n').at(-1)).toBe('4 passed, 0 failed, 0 skipped')
  })

  it('ends with 1 where a rule is broken, and prints JSON for a program', async ({ onTestFinished }) => {
    const { url } = await listening({ limits: { maxTargets: 1 } }, onTestFinished)
    const { code, stdout } = await conform(url, '--json', '--only', 'EM-5')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ url, failed: 2, results: { length: 6 } })
  })

  it('passes the token on, and runs the seed alone', async ({ onTestFinished }) => {
    const { url } = await listening(byToken, onTestFinished)
    const only = ['--only', 'EM-1', '--level', 'seed']
    expect((await conform(url, '--token', 'right', ...only)).stdout).toContain('1 passed, 0 failed, 0 skipped')
    expect((await conform(url, ...only)).code).toBe(1)
  })

  it('says in one line that nothing answers, and ends with 2', async () => {
    const { code, stdout, stderr } = await conform(`ws://127.0.0.1:${await closedPort()}/base`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^conform: nothing answers at http:\/\/127\.0\.0\.1:\d+\/base: ECONNREFUSED\n$/)
  })

  it.each([
    [[], 'expected the url of a server'],
    [['localhost:8787'], 'expected a url with ws, wss, http or https, got "localhost:8787"'],
    [['ws://a', 'ws://b'], 'expected one url, got 2'],
    [['ws://a?x=1'], 'expected a url without a query'],
    [['ws://a', '--level', 'high'], 'expected --level to be seed or full, got "high"'],
    [['ws://a', '--fast'], "Unknown option '--fast'"],
  ])('says what is wrong with the arguments %j, and ends with 2', async (args, message) => {
    const { code, stderr } = await conform(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(`conform: ${message}`)
    expect(stderr).toContain('Usage: npm run conform -- <url>')
  })
})

/** Our server on a port of this machine. */
async function listening(options: ServerOptions, onTestFinished: (close: () => Promise<void>) => void) {
  const { url, close } = await serve(createServer(options), { port: 0 })
  onTestFinished(() => close({ drainMs: 0 }))
  return { url, WebSocket, fetch }
}

function conform(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts/conform.mjs'), ...args], { cwd: root })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

/** A port at which nothing listens any more. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
