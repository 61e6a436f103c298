// The network between a client and the server, which fails when it is told to. It can be told from any runtime: by a GET.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'

export interface Door {
  /** The server, seen through the door. */
  readonly url: string
  /** `cut` ends what is connected, `stall` lets nothing pass, `block-upgrades` refuses WebSockets, `allow` ends the latter two. */
  readonly control: string
  close(): Promise<void>
}

export interface DoorFile {
  readonly type: string
  readonly body: string
}

/** `files` are what the door itself serves, by path: pages of the server's own origin. */
export async function openDoor(target: string, files: Readonly<Record<string, DoorFile>> = {}): Promise<Door> {
  const { hostname, port } = new URL(target)
  /** All that is open and not the door's own: WebSockets, and answers under way. */
  const ends = new Set<Readable | Writable>()
  let isStalled = false
  let isBlocked = false
  let held: (() => void)[] = []

  const commands: Readonly<Record<string, () => void>> = {
    cut() {
      for (const end of ends) end.destroy()
    },
    stall() {
      isStalled = true
      for (const end of ends) if ('pause' in end) end.pause()
    },
    'block-upgrades'() {
      isBlocked = true
    },
    allow() {
      isStalled = isBlocked = false
      for (const end of ends) if ('resume' in end) end.resume()
      for (const run of held.splice(0)) run()
    },
  }

  /** Now, or once the network moves again. */
  function pass(run: () => void): void {
    if (isStalled) held.push(run)
    else run()
  }

  function answer(incoming: IncomingMessage, response: ServerResponse): void {
    const path = incoming.url ?? ''
    const command = path.startsWith(CONTROL) ? commands[path.slice(CONTROL.length)] : undefined
    const file = files[path]
    if (command) {
      command()
      response.writeHead(200, { 'access-control-allow-origin': '*', 'cache-control': 'no-store' }).end('done')
    } else if (file) {
      response.writeHead(200, { 'content-type': file.type }).end(file.body)
    } else {
      pass(() => forward(incoming, response))
    }
  }

  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = incoming
    const onward = request({ hostname, port, method, path, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      response.flushHeaders()
      carry(answered, response)
      tie(answered, response)
    })
    onward.on('error', () => response.destroy())
    incoming.pipe(onward)
  }

  function upgrade(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on('error', ignore)
    if (isBlocked) return void client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    const server = connect({ host: hostname, port: Number(port), noDelay: true })
    const { rawHeaders } = incoming
    const lines = rawHeaders.flatMap((text, at) => (at % 2 === 0 ? [`${text}: ${rawHeaders[at + 1]}`] : []))
    server.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    server.write(head)
    carry(client, server)
    carry(server, client)
    tie(client, server)
  }

  /** Not by a pipe, which would resume what is stalled. */
  function carry(from: Readable, to: Writable): void {
    from.on('data', (chunk: Buffer) => void (to.writable && to.write(chunk)))
    from.on('end', () => to.end())
    from.on('error', ignore)
  }

  /** One that ends before its time takes the other along. */
  function tie(one: Readable, other: Readable | Writable): void {
    for (const end of [one, other]) {
      ends.add(end)
      end.on('close', () => {
        ends.delete(end)
        if ('readableEnded' in end && end.readableEnded) return
        one.destroy()
        other.destroy()
      })
    }
  }

  const httpServer = createServer(answer)
  httpServer.on('upgrade', (incoming, client, head) => pass(() => upgrade(incoming, client, head)))
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`

  return {
    url,
    control: url + CONTROL.slice(0, -1),
    async close() {
      held = []
      for (const end of ends) end.destroy()
      httpServer.closeAllConnections()
      await new Promise((resolve) => httpServer.close(resolve))
    },
  }
}

function ignore(): void {}

const CONTROL = '/_door/'
