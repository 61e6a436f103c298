// A server that does what its client tells it to, and tells what it was sent: the far end of the scenarios for WebSockets.
import type { Server } from '@websockets.do/server-core'

type Command = readonly ['send', string] | readonly ['close', number?, string?]

interface Life {
  readonly received: string[]
  readonly over: Promise<void>
  end(): void
  code: number | undefined
}

/**
 * `/refuse` is refused and `/never` is never answered; any other WebSocket is accepted, and greeted by the commands in `?greet=`.
 * What it sends as `{"do": […]}` is done, the rest is noted. `GET /log?id=` waits for the end of the connection with that id, and tells all of it.
 */
export function scriptedDoors(): Pick<Server, 'fetch' | 'upgrade'> {
  const lives = new Map<string, Life>()

  function lifeOf(url: string): Life {
    const id = new URL(url).searchParams.get('id') ?? ''
    let life = lives.get(id)
    if (!life) {
      let end = () => {}
      const over = new Promise<void>((resolve) => (end = resolve))
      lives.set(id, (life = { received: [], over, end, code: undefined }))
    }
    return life
  }

  return {
    async upgrade({ url }) {
      const { pathname, searchParams } = new URL(url)
      if (pathname === '/refuse') return new Response(null, { status: 403 })
      if (pathname === '/never') return await new Promise(() => {})
      const life = lifeOf(url)
      return (socket) => {
        const run = (commands: readonly Command[]) => {
          for (const [what, ...values] of commands) {
            if (what === 'send') socket.send(values[0] as string)
            else socket.close(...(values as [number?, string?]))
          }
        }
        run(JSON.parse(searchParams.get('greet') ?? '[]'))
        return {
          clientID: '',
          receive(data) {
            const { do: commands } = commandsIn(data)
            if (commands) run(commands)
            else life.received.push(told(data))
          },
          closed(code) {
            life.code ??= code
            life.end()
          },
        }
      }
    },
    async fetch({ url }) {
      if (new URL(url).pathname !== '/log') return new Response(null, { status: 404 })
      const life = lifeOf(url)
      await life.over
      return Response.json({ received: life.received, code: life.code })
    },
  }
}

function commandsIn(data: unknown): { readonly do?: readonly Command[] } {
  return typeof data === 'string' && data.startsWith('{"do":') ? JSON.parse(data) : {}
}

function told(data: any): string {
  return typeof data === 'string' ? data : `(binary, ${data.byteLength ?? data.size} bytes)`
}
