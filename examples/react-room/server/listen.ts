// Listening, and why it was not possible.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fail } from './fail'

/** Gives the address to open. */
export async function listen(http: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve) => {
    http.once('error', (error) => fail(inWords(error, port, host)))
    http.listen(port, host, resolve)
  })
  // From now on: a connection that can't be accepted does not end the process.
  http.removeAllListeners('error').on('error', console.error)
  const { port: actualPort } = http.address() as AddressInfo
  return `http://${isHere.test(host) ? 'localhost' : host}:${actualPort}`
}

function inWords(error: Error & { readonly code?: string }, port: number, host: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} is taken: stop what uses it, or choose another with \`-- --port ${port + 1}\``
    case 'EACCES':
      return `port ${port} needs more rights than this process has: choose one above 1023 with \`-- --port\``
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine`
    default:
      return `can't listen on ${host}:${port}: ${error.message}`
  }
}

/** Loopback, or every address of this machine. */
const isHere = /^(127\..*|::1|0\.0\.0\.0|::)$/
