// Says which channel this is, and takes one to another.
import { type FormEvent, useState } from 'react'
import { channelFault, segmentOf } from './channel-name'
import { CopyButton } from './copy-button'

export interface ChannelPickerProps {
  readonly channel: string
  readonly onChoose: (channel: string) => void
}

export function ChannelPicker({ channel, onChoose }: ChannelPickerProps) {
  const [text, setText] = useState(channel)
  const [shown, setShown] = useState(channel)
  const [fault, setFault] = useState<string>()

  // The back button and a link lead to other channels too.
  if (shown !== channel) {
    setShown(channel)
    setText(channel)
    setFault(undefined)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    const next = text.trim()
    const found = channelFault(next)
    setFault(found)
    if (found === undefined) onChoose(next)
  }

  return (
    <form className="picker" onSubmit={submit} noValidate>
      <label htmlFor="channel">Channel</label>
      <div className="row">
        <input
          id="channel"
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-invalid={fault !== undefined}
          aria-describedby="channel-fault"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit">Go</button>
        <CopyButton label="Copy link" text={`${location.origin}${location.pathname}?channel=${segmentOf(channel)}`} />
      </div>
      <p id="channel-fault" className="fault" role="alert">
        {fault}
      </p>
    </form>
  )
}
