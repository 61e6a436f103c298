// What stands between a browser and a server: it can cut connections, and refuse upgrades as some companies' proxies do.
import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Proxy {
  readonly url: string
  /** The first lines of what went through, and of what did not. */
  readonly requests: string[]
  blockUpgrades: boolean
  /** All connections are lost; with `refuse` new ones too, until it is called with false. */
  cut(refuse?: boolean): void
}

export async function startProxy(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let isRefusing = false
  const server = createServer((down) => {
    if (isRefusing) return void down.destroy()
    const up = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [down, up],
      [up, down],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    down.on('data', (bytes) => {
      const text = bytes.toString('latin1')
      const [line] = /^(?:GET|POST|OPTIONS) \S+/.exec(text) ?? []
      const isUpgrade = /^upgrade: websocket/im.test(text)
      if (line) proxy.requests.push(isUpgrade ? line.replace('GET', 'UPGRADE') : line)
      if (!isUpgrade || !proxy.blockUpgrades) return void up.write(bytes)
      down.end('HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno')
    })
    up.on('data', (bytes) => void down.write(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    blockUpgrades: false,
    cut(refuse = false) {
      isRefusing = refuse
      for (const socket of sockets) socket.destroy()
    },
  }
  onTestFinished(() => {
    proxy.cut(true)
    server.close()
  })
  return proxy
}
