// The last event that was emitted here, and what becomes of it.
import {
  type Ack,
  type Emission,
  type EmitOptions,
  type EmitResult,
  type Json,
  WebSocketsError,
} from '@websockets.do/client'
import { useClient } from '@websockets.do/react'
import { useRef, useState } from 'react'

export interface Draft {
  readonly payload: Json
  readonly clients: number | readonly string[] | undefined
  readonly expected: readonly string[] | undefined
  readonly requireAck: boolean
  readonly via: 'socket' | 'http'
}

export type Outcome =
  | { readonly kind: 'result'; readonly result: EmitResult }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string; readonly status: number | undefined }

export interface FollowedEmission {
  /** Rises with each one. */
  readonly number: number
  readonly draft: Draft
  /** As they arrive; over HTTP nothing is known before the outcome. */
  readonly acks: readonly Ack[]
  readonly outcome: Outcome | undefined
}

interface Ways {
  readonly emit: (payload: Exclude<Json, string>, options: EmitOptions) => Emission
  readonly publish: (payload: Json, options: EmitOptions) => Promise<EmitResult>
}

export function useEmission(channel: string, emit: Ways['emit']) {
  const client = useClient()
  const [emission, setEmission] = useState<FollowedEmission>()
  const count = useRef(0)

  async function send(draft: Draft): Promise<void> {
    const number = ++count.current
    const change = (update: (emission: FollowedEmission) => FollowedEmission): void =>
      setEmission((current) => (current?.number === number ? update(current) : current))
    setEmission({ number, draft, acks: [], outcome: undefined })
    const ways: Ways = { emit, publish: (payload, options) => client.publish(channel, payload, options) }
    const outcome = await outcomeOf(draft, ways, (ack) =>
      change((current) => ({ ...current, acks: [...current.acks, ack] })),
    )
    change((current) => ({ ...current, outcome }))
  }

  return { emission, send: (draft: Draft) => void send(draft) }
}

// Outside of the hook, since the React compiler gives a function up that has a `for await` within.
async function outcomeOf(draft: Draft, { emit, publish }: Ways, onAck: (ack: Ack) => void): Promise<Outcome> {
  const { payload, clients, requireAck, via } = draft
  const options = { clients, requireAck }
  try {
    if (via === 'http' || typeof payload === 'string') {
      return { kind: 'result', result: await publish(payload, options) }
    }
    const sent = emit(payload, options)
    for await (const ack of sent) onAck(ack)
    return { kind: 'result', result: await sent }
  } catch (error) {
    return failureOf(error)
  }
}

function failureOf(error: unknown): Outcome {
  if (error instanceof WebSocketsError) {
    const { code, message, status } = error
    return { kind: 'failure', code, message, status }
  }
  return { kind: 'failure', code: 'INTERNAL', message: String(error), status: undefined }
}
