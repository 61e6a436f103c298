// The app: a client of the server that served it, and the room that its address names.
import { createClient } from '@websockets.do/client'
import { WebSocketsProvider } from '@websockets.do/react'
import { RoomView } from './room-view'
import { roomName } from './room-name'

const client = createClient({ url: `${location.origin}/realtime` })

export function App() {
  return (
    <WebSocketsProvider client={client}>
      <RoomView name={roomName(location.search)} />
    </WebSocketsProvider>
  )
}
