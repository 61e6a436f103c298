// The fall-back's socket by itself, on a scripted fetch and a clock of its own.
import { setImmediate } from 'node:timers'
import { eventStream } from '@websockets.do/client/event-stream'
import { VirtualClock } from '@websockets.do/server-core/mock'
import { scriptedFetch, type ScriptedRequest } from './scripted-fetch'

export async function dialled() {
  const { fetch, requests } = scriptedFetch()
  const clock = new VirtualClock()
  const Socket = eventStream(fetch, clock)
  const socket = new Socket('wss://server.test/base/a%2Flisten%3F/listen?session=new&attempt=1')
  const heard: any[] = []
  const closed: { code: number | undefined; reason: string | undefined }[] = []
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(data as string)))
  socket.addEventListener('close', ({ code, reason }) => closed.push({ code, reason }))
  // Streams and bodies take a few turns.
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  await settled()
  return {
    ...{ socket, clock, requests, heard, closed, settled },
    stream: requests[0] as ScriptedRequest,
    posts: (): ScriptedRequest[] => requests.slice(1),
    advance: (ms: number) => clock.advance(ms, settled),
  }
}

export const welcome = { type: 'CONNECTED', clientID: 'client_a', payload: { members: [], session: 'secret' } }

/** One that has been welcomed; `limits` as the server told. */
export async function joined(limits?: object) {
  const script = await dialled()
  script.stream.open()
  script.stream.event({ ...welcome, payload: { ...welcome.payload, limits } })
  await script.settled()
  script.heard.length = 0
  return script
}

/** As the client writes it. */
export function emit(payload: unknown, ref = '1'): string {
  return JSON.stringify({ type: 'EMIT', payload, ref })
}
