// What is said in the room, from before one came, too; and what one says oneself.
import './chat.css'
import { useEvents } from '../hooks'
import { Composer } from './composer'
import { MessageList } from './message-list'
import { TypingLine } from './typing-line'
import { useSend } from './use-send'

export function Chat({ channel }: { readonly channel: string }) {
  const [messages, { status }] = useEvents(channel, { type: 'message', limit: 100 })
  const { waiting, send } = useSend(channel)
  return (
    <section className="chat" aria-label="Chat">
      <MessageList messages={messages} waiting={waiting} status={status} />
      <TypingLine channel={channel} />
      <Composer channel={channel} onSend={send} />
    </section>
  )
}
