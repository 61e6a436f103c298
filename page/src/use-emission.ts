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

export function useEmission(channel: string, emit: (payload: Exclude<Json, string>, options: EmitOptions) => Emission) {
  const client = useClient()
  const [emission, setEmission] = useState<FollowedEmission>()
  const count = useRef(0)

  async function send(draft: Draft): Promise<void> {
    const number = ++count.current
    const change = (update: (emission: FollowedEmission) => FollowedEmission): void =>
      setEmission((current) => (current?.number === number ? update(current) : current))
    const { payload, clients, requireAck, via } = draft
    setEmission({ number, draft, acks: [], outcome: undefined })
    let outcome: Outcome
    try {
      outcome = { kind: 'result', result: await published() }
    } catch (error) {
      outcome = failureOf(error)
    }
    change((current) => ({ ...current, outcome }))

    async function published(): Promise<EmitResult> {
      if (via === 'http' || typeof payload === 'string')
        return client.publish(channel, payload, { clients, requireAck })
      const sent = emit(payload, { clients, requireAck })
      for await (const ack of sent) change((current) => ({ ...current, acks: [...current.acks, ack] }))
      return sent
    }
  }

  return { emission, send: (draft: Draft) => void send(draft) }
}

function failureOf(error: unknown): Outcome {
  if (error instanceof WebSocketsError) {
    const { code, message, status } = error
    return { kind: 'failure', code, message, status }
  }
  return { kind: 'failure', code: 'INTERNAL', message: String(error), status: undefined }
}
