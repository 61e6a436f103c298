// Which pages may reach a server.
import { describe, expect, it } from 'vitest'
import { ask, post, upgrade } from '../support/requests'
import { createWorld, type World, type WorldOptions } from '../support/world'

const ROUTES = ['/room/emit?x=1', '/room/members', '/room/history']

/** What every route answers to a caller with these headers: one status, or the routes differ. */
async function statusOfAll(world: World, headers: Record<string, string>): Promise<number | string> {
  const get = await Promise.all(ROUTES.map((path) => ask(world, path, { headers })))
  const rest = [await ask(world, '/room/emit', post(1, headers)), await ask(world, '/room/listen', { headers })]
  const socket = await upgrade(world, '/room/listen', { headers })
  // Plain GET of listen is 426 and an upgrade 101 where a caller is welcome.
  const statuses = [...get, ...rest, socket].map(({ status }) => (status === 426 || status === 101 ? 200 : status))
  return new Set(statuses).size === 1 ? statuses[0]! : statuses.join(' ')
}

const open: WorldOptions = { history: { readable: true } }

describe('an origin', () => {
  it.each([
    ['no browser', {}],
    ['the server’s own', { origin: 'http://mock.test' }],
    ['the server’s own, in upper case', { origin: 'HTTP://MOCK.TEST' }],
    ['the same page, by Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }],
    ['typed by the user', { 'sec-fetch-site': 'none' }],
    ['listed', { origin: 'https://app.example' }],
    ['listed, and cross-site', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
  ])('is welcome on every route: %s [OR-1, EM-3]', async (_, headers) => {
    const world = createWorld({ ...open, origins: ['https://app.example'] })
    expect(await statusOfAll(world, headers as Record<string, string>)).toBe(200)
  })

  it.each([
    ['another', { origin: 'https://evil.example' }],
    ['null', { origin: 'null' }],
    ['empty', { origin: '' }],
    ['a suffix', { origin: 'http://mock.test.evil.example' }],
    ['a prefix', { origin: 'http://evilmock.test' }],
    ['a subdomain', { origin: 'http://evil.mock.test' }],
    ['a user name', { origin: 'http://mock.test@evil.example' }],
    ['another port', { origin: 'http://mock.test:8080' }],
    ['the listed one in another scheme', { origin: 'http://app.example' }],
    ['the listed one with a port', { origin: 'https://app.example:444' }],
    ['the listed one with a suffix', { origin: 'https://app.example.evil.example' }],
    ['the listed one with a path', { origin: 'https://app.example/' }],
    ['a file', { origin: 'file://' }],
    ['an extension', { origin: 'chrome-extension://mock.test' }],
    ['nonsense', { origin: '*' }],
    ['cross-site without an Origin', { 'sec-fetch-site': 'cross-site' }],
    ['same-site without an Origin', { 'sec-fetch-site': 'same-site' }],
    ['an unknown Sec-Fetch-Site', { 'sec-fetch-site': 'future-value' }],
    ['a prefetch', { 'sec-purpose': 'prefetch' }],
    ['a prefetch of its own page', { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-site': 'same-origin' }],
  ])('is refused on every route with 403 BAD_ORIGIN, and nothing is emitted: %s [OR-1, EM-3]', async (_, headers) => {
    const world = createWorld({ ...open, origins: ['https://app.example'] })
    const member = await world.connect('room')
    expect(await statusOfAll(world, headers as Record<string, string>)).toBe(403)
    const { body } = await ask(world, '/room/emit?x=1', { headers: headers as Record<string, string> })
    expect(body).toMatchObject({ success: false, error: { code: 'BAD_ORIGIN' } })
    await world.settled()
    expect(member.types()).toEqual(['CONNECTED'])
  })

  it('may be the one under which a proxy serves the server [OR-1]', async () => {
    const world = createWorld({ ...open, publicOrigin: 'https://chat.example' })
    expect(await statusOfAll(world, { origin: 'https://chat.example' })).toBe(200)
    expect(await statusOfAll(world, { origin: 'https://chat.example:8443' })).toBe(403)
    expect(await statusOfAll(world, { origin: 'https://chat.example.evil.example' })).toBe(403)
  })

  it.each([
    ['another path', 'GET', '/room/nothing', 404],
    ['a channel that cannot be', 'POST', '/%00/emit', 400],
    ['a method that is not taken', 'DELETE', '/room/emit', 405],
  ])('lets a listed page read what was wrong, and no other: %s [OR-1]', async (_, method, path, status) => {
    const world = createWorld({ origins: ['https://app.example'] })
    const answer = async (origin: string) => await world.request(path, { method, headers: { origin } })
    const listed = await answer('https://app.example')
    expect(listed.status).toBe(status)
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const other = await answer('https://evil.example')
    expect(other.status).toBe(status)
    expect(other.headers.get('access-control-allow-origin')).toBe(null)
    expect(other.headers.get('vary')).toBe('Origin')
  })

  it('lets a listed page read that it was too fast [OR-1, LM-1]', async () => {
    const world = createWorld({ origins: ['https://app.example'], limits: { requestsPerSecond: 1, requestBurst: 1 } })
    const headers = { origin: 'https://app.example' }
    const answers = []
    for (let n = 0; n < 2; n++) {
      const request = new Request(`${world.url}/room/members`, { headers })
      answers.push(await world.server.fetch(request, { address: '203.0.113.7' }))
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 429])
    expect(answers[1]!.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(answers[1]!.headers.get('vary')).toBe('Origin')
  })

  it('is judged before anybody is asked [OR-1, OR-3]', async () => {
    const asked: string[] = []
    const world = createWorld({ authorize: ({ action }) => asked.push(action) > 0 })
    await statusOfAll(world, { origin: 'https://evil.example' })
    expect(asked).toEqual([])
  })
})

describe('on loopback', () => {
  const atHost = async (world: World, host: string, headers: Record<string, string> = {}) =>
    (await world.server.fetch(new Request(`http://${host}/room/emit?x=1`, { headers }), { exposure: 'loopback' }))
      .status

  it.each(['localhost', 'localhost:8787', '127.0.0.1:8787', '127.1.2.3', '[::1]:8787', 'app.localhost', 'LOCALHOST'])(
    'the host %s is welcome [OR-1]',
    async (host) => {
      expect(await atHost(createWorld(), host)).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'mock.test',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '192.168.1.1:8787',
    '[::2]',
    'notlocalhost',
  ])('the host %s is refused: a name that only resolves to it [OR-1]', async (host) => {
    expect(await atHost(createWorld(), host)).toBe(403)
    expect(await atHost(createWorld(), host, { origin: `http://${host}` })).toBe(403)
  })

  it.each(['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://app.localhost'])(
    'the loopback origin %s is allowed, with CORS [OR-1]',
    async (origin) => {
      const world = createWorld()
      const response = await world.server.fetch(
        new Request('http://localhost:8787/room/emit?x=1', { headers: { origin } }),
        { exposure: 'loopback' },
      )
      expect(response.status).toBe(200)
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    },
  )

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example'])(
    'the origin %s is refused [OR-1]',
    async (origin) => {
      expect(await atHost(createWorld(), 'localhost:8787', { origin })).toBe(403)
    },
  )

  it('origins of loopback are foreign to a server that others can reach [OR-1]', async () => {
    const world = createWorld()
    const request = new Request('http://chat.example/room/members', { headers: { origin: 'http://localhost:5173' } })
    expect((await world.server.fetch(request, { exposure: 'public' })).status).toBe(403)
  })

  it('the host of the public origin is welcome behind a proxy [OR-1]', async () => {
    const world = createWorld({ publicOrigin: 'https://chat.example' })
    expect(await atHost(world, 'chat.example', { origin: 'https://chat.example' })).toBe(200)
    expect(await atHost(world, 'other.example', { origin: 'https://chat.example' })).toBe(403)
  })
})

describe('CORS', () => {
  it('names the listed origin and nobody else, never * [OR-1]', async () => {
    const world = createWorld({ origins: ['https://app.example'] })
    const { headers } = await ask(world, '/room/emit', post(1, { origin: 'https://app.example' }))
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(headers.get('vary')).toMatch(/origin/i)
    for (const origin of ['https://evil.example', 'http://mock.test']) {
      const refused = await ask(world, '/room/emit', post(1, { origin }))
      expect(refused.headers.get('access-control-allow-origin')).toBeNull()
      expect(refused.headers.get('vary')).toMatch(/origin/i)
    }
  })

  it('varies by Origin without one as well, or a cache would mix them up [OR-1]', async () => {
    const world = createWorld(open)
    for (const path of [...ROUTES, '/room/listen'])
      expect((await ask(world, path)).headers.get('vary')).toMatch(/origin/i)
  })

  it('lets a listed page read a refusal, too [OR-1]', async () => {
    const world = createWorld({ origins: ['https://app.example'], authorize: () => false })
    for (const [path, init] of [
      ['/room/emit', post(1)],
      ['/room/emit', { method: 'POST', body: '{' }],
      ['/room/history?limit=x', {}],
      ['/room/listen', {}],
    ] as const) {
      const { status, headers } = await ask(world, path, { ...init, headers: { origin: 'https://app.example' } })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    }
  })

  it('answers a preflight of a listed origin with what is allowed, and emits nothing [OR-1, CH-2]', async () => {
    const world = createWorld({ origins: ['https://app.example'] })
    const member = await world.connect('room')
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    }
    const { status, headers, body } = await ask(world, '/room/emit?x=1', preflight)
    expect({ status, body }).toEqual({ status: 204, body: undefined })
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST')
    expect(headers.get('access-control-allow-headers')).toMatch(/authorization/)
    expect(headers.get('access-control-allow-headers')).toMatch(/idempotency-key/)
    expect(headers.get('access-control-allow-headers')).toMatch(/content-type/)
    await world.settled()
    expect(member.data).toEqual([])
  })

  it('answers a preflight of a foreign origin with 403 and no permission [OR-1]', async () => {
    const world = createWorld({ origins: ['https://app.example'] })
    const { status, headers } = await ask(world, '/room/emit', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    })
    expect(status).toBe(403)
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})
