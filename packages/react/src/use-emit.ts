import type {
  Ack,
  Channel,
  ChannelTypes,
  DataAndOptions,
  DataOf,
  Emission,
  EmitOptions,
  EmitResult,
  EventData,
  EventName,
  WebSocketsError,
} from '@websockets.do/client'
import { useCallback, useRef, useState } from 'react'
import type { Name } from './entry'
import { useAct } from './use-act'

/** What has become of the last emit. `acks` are those that have come so far, where it asked for acknowledgement. */
export type EmitState =
  | { readonly status: 'idle'; readonly acks: readonly Ack[]; readonly result?: undefined; readonly error?: undefined }
  | {
      readonly status: 'pending'
      readonly acks: readonly Ack[]
      readonly result?: undefined
      readonly error?: undefined
    }
  | {
      readonly status: 'success'
      readonly acks: readonly Ack[]
      readonly result: EmitResult
      readonly error?: undefined
    }
  | {
      readonly status: 'error'
      readonly acks: readonly Ack[]
      /** It was delivered, and not all acknowledged it: `error` has the code ACK_TIMEOUT then, or another that begins so [ACK-3]. */
      readonly result?: EmitResult | undefined
      readonly error: WebSocketsError | NonNullable<EmitResult['error']>
    }

/** As the channel's own `emit`, for the result alone: the acknowledgements are in the state. */
export interface UsedEmit<T extends ChannelTypes> {
  <Type extends EventName<T>>(event: Type, ...dataAndOptions: DataAndOptions<EventData<T, Type>>): Promise<EmitResult>
  (payload: Exclude<DataOf<T>, string>, options?: EmitOptions): Promise<EmitResult>
}

/** Publishes in a channel, and shows what becomes of it: who has acknowledged, as they do. A failure that nobody awaits is in the state alone. */
export function useEmit<T extends ChannelTypes = ChannelTypes>(
  name: Name,
): readonly [emit: UsedEmit<T>, state: EmitState] {
  const [last, setLast] = useState({ name, state: nothing })
  const lastRef = useRef<Emission>(undefined)
  const act = useAct(name, publish)
  const emit = useCallback(
    (...args: [never]) => {
      const emission = act(...args)
      lastRef.current = emission
      void follow(emission, (state) => {
        if (lastRef.current === emission) setLast({ name, state })
      })
      return emission
    },
    [act, name],
  )
  return [emit as unknown as UsedEmit<T>, last.name === name ? last.state : nothing]
}

function publish({ emit }: Channel, args: [never]): Emission {
  return emit(...args)
}

async function follow(emission: Emission, tell: (state: EmitState) => void): Promise<void> {
  let pending: EmitState = { status: 'pending', acks: [] }
  tell(pending)
  try {
    for await (const ack of emission) tell((pending = { ...pending, acks: [...pending.acks, ack] }))
    const result = await emission
    const { error } = result
    tell({ ...pending, result, ...(error ? { status: 'error', error } : { status: 'success' }) })
  } catch (error) {
    tell({ ...pending, status: 'error', error: error as WebSocketsError })
  }
}

const nothing: EmitState = { status: 'idle', acks: [] }
