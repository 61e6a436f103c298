// How the connection stands, in a word.
import './connection-state.css'
import { useConnection } from '../hooks'

export function ConnectionState({ channel }: { readonly channel: string }) {
  const { state } = useConnection(channel)
  return (
    <p className="connection-state" data-state={state}>
      <span>{words[state]}</span>
    </p>
  )
}

const words = {
  idle: 'Connecting …',
  connecting: 'Connecting …',
  open: 'Connected',
  reconnecting: 'Reconnecting …',
  closed: 'Not connected',
}
