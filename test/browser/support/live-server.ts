// A real server with the built page, for one test, and raw members beside the browser's.
import { createServer, type Server, type ServerOptions } from '@websockets.do/server-core'
import { serve, type ServeOptions } from '@websockets.do/server-core/node'
import { expect, onTestFinished } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { pageFiles } from '../../../page/src/page-files'
import { RawMember, type RawMemberOptions } from '@websockets.do/server-core/mock'

export interface LiveServer {
  readonly url: string
  readonly port: number
  readonly server: Server
  /** A member outside the browser; it is in the channel when this resolves. */
  join(channel: string, username: string, options?: RawMemberOptions): Promise<RawMember>
  /** Until everything that was published before has reached these members. */
  reached(channel: string, members: readonly RawMember[]): Promise<void>
  stop(): Promise<void>
}

export type LiveServerOptions = ServerOptions & Pick<ServeOptions, 'port' | 'page'>

export async function startServer({
  port = 0,
  page = builtPage(),
  ...options
}: LiveServerOptions = {}): Promise<LiveServer> {
  const server = createServer({ history: { readable: true }, ...options })
  const served = await serve(server, { port, page })
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await served.close({ drainMs: 0 })
  }
  onTestFinished(stop)
  return {
    url: served.url,
    port: served.port,
    server,
    stop,
    async join(channel, username, memberOptions) {
      const presence = encodeURIComponent(JSON.stringify({ username }))
      const address = `${served.url.replace('http', 'ws')}/${channel}/listen?presence=${presence}`
      const member = new RawMember(new NodeWebSocket(address) as unknown as WebSocket, memberOptions)
      await expect.poll(() => member.clientID, patient).not.toBe('')
      return member
    },
    async reached(channel, members) {
      await server.channel(channel).emit({ marker })
      for (const member of members) {
        await expect.poll(() => member.data, patient).toContainEqual({ marker })
      }
    },
  }
}

/** The payloads that a member was sent, apart from the markers of `reached`. */
export function heardBy(member: RawMember): unknown[] {
  return member.data.filter((payload) => (payload as { marker?: string } | null)?.marker !== marker)
}

export const patient = { timeout: 20_000, interval: 20 }

const marker = 'everything before this has arrived'

function builtPage(): ReturnType<typeof pageFiles> {
  return pageFiles(new URL('../../../page/dist/', import.meta.url))
}
