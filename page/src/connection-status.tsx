// How the connection stands, in words; read out when it changes, but not at every tick of the countdown.
import type { Reason, Status } from '@websockets.do/client'
import { useState } from 'react'
import { useSecondsUntil } from './use-seconds-until'
import { inWords } from './wording'

export interface ConnectionStatusProps {
  readonly status: Status
  readonly onConnectAgain: () => void
}

export function ConnectionStatus({ status, onConnectAgain }: ConnectionStatusProps) {
  const secondsLeft = useSecondsUntil(status.state === 'reconnecting' ? status.retryAt : undefined)
  const reason = useReason(status)
  return (
    <div className="status" data-state={status.state}>
      <p className="status-line">
        <span className="dot" aria-hidden="true" />
        <strong role="status">{labelOf(status)}</strong>
        {secondsLeft !== undefined && <span className="countdown">in {secondsLeft} s</span>}
      </p>
      {reason && (
        <p className="reason">
          {inWords(reason.code)} <code>{reason.code}</code>
        </p>
      )}
      {status.state === 'closed' && (
        <button type="button" onClick={onConnectAgain}>
          Connect again
        </button>
      )}
    </div>
  )
}

function labelOf(status: Status): string {
  switch (status.state) {
    case 'idle':
      return 'Not connected'
    case 'connecting':
      return status.attempt === 0 ? 'Connecting' : 'Reconnecting'
    case 'open':
      return 'Open'
    case 'reconnecting':
      return 'Reconnecting'
    case 'closed':
      return 'Closed'
    default:
      return status satisfies never
  }
}

/** Why there is no connection; it stays as it was while another one is attempted. */
function useReason(status: Status): Reason | undefined {
  const [last, setLast] = useState<Reason>()
  const reason = status.state === 'connecting' && status.attempt > 0 ? last : reasonOf(status)
  if (reason !== last) setLast(reason)
  return reason
}

function reasonOf(status: Status): Reason | undefined {
  return status.state === 'reconnecting' || status.state === 'closed' ? status.reason : undefined
}
