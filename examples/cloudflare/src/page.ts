// The page: who is here, what was said, and whether everybody has it.
import { createClient } from '@websockets.do/client'

interface Chat {
  events: { message: { name: string; text: string } }
  presence: { name: string }
}

const name = new URLSearchParams(location.search).get('name') ?? `guest ${Math.floor(Math.random() * 900 + 100)}`
const client = createClient({ url: new URL('/realtime', location.href).href })
const lobby = client.channel<Chat>('lobby', { presence: { name } })

lobby.subscribe(() => {
  const names = lobby.others.map(({ presence }) => presence.name)
  show(
    'people',
    names.length === 0 ? 'Nobody else is here. Open this page once more.' : `Here: you, ${names.join(', ')}`,
  )
  show('state', lobby.status.state)
})

lobby.on('message', ({ data }) => {
  const line = document.createElement('li')
  line.append(Object.assign(document.createElement('b'), { textContent: data.name }), ` ${data.text}`)
  element('messages').append(line)
  line.scrollIntoView({ block: 'nearest' })
})

element('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const input = element('text') as HTMLInputElement
  const text = input.value.trim()
  if (text === '') return
  input.value = ''
  const { acked = [], pending = [] } = await lobby.emit('message', { name, text }, { requireAck: true })
  show(
    'receipt',
    pending.length === 0 ? `${acked.length} have it` : `${acked.length} have it, ${pending.length} do not`,
  )
})

function element(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`)
  if (!found) throw new Error(`expected an element #${id}`)
  return found
}

function show(id: string, text: string): void {
  element(id).textContent = text
}
