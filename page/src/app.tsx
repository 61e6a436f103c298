// The whole page: a client of the server that served it, which channel, and what happens in it.
import { createClient } from '@websockets.do/client'
import { WebSocketsProvider } from '@websockets.do/react'
import { useState } from 'react'
import { channelFault } from './channel-name'
import { ChannelPicker } from './channel-picker'
import { ChannelView } from './channel-view'
import { Logo } from './logo'
import { useChannelName } from './use-channel-name'
import { useIdentity } from './use-identity'

export function App() {
  const [client, setClient] = useState(() => createClient())
  const [channel, chooseChannel] = useChannelName()
  const [identity, rename] = useIdentity()
  const fault = channelFault(channel)

  return (
    // Whoever goes to another channel is to be seen leaving this one.
    <WebSocketsProvider client={client} lingerMs={0}>
      <header className="top">
        <h1 className="brand">
          <Logo />
          websockets.do
        </h1>
        <ChannelPicker channel={channel} onChoose={chooseChannel} />
      </header>
      {fault === undefined ? (
        <ChannelView
          key={channel}
          name={channel}
          identity={identity}
          onRename={rename}
          // A channel that was closed stays closed: another client begins anew.
          onConnectAgain={() => setClient(createClient())}
        />
      ) : (
        <main className="notice card" role="alert">
          <h2>That can’t be a channel</h2>
          <p>{fault} Choose another one above.</p>
        </main>
      )}
    </WebSocketsProvider>
  )
}
