// Where one writes. What could not be sent comes back to it.
import './composer.css'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { faultIn } from '../fault-in'
import { textSchema } from '../room'
import { useTyping } from './use-typing'

export interface ComposerProps {
  readonly channel: string
  readonly onSend: (text: string) => Promise<void>
}

export function Composer({ channel, onSend }: ComposerProps) {
  const [draft, setDraft] = useState('')
  const [failure, setFailure] = useState<string>()
  const typing = useTyping(channel)
  const fault = draft === '' ? undefined : faultIn(textSchema, draft)

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault()
    if (draft === '' || fault !== undefined) return
    setDraft('')
    setFailure(undefined)
    typing.stop()
    try {
      await onSend(draft)
    } catch (error) {
      // Of several that fail together the order stays.
      setDraft((current) => [current, draft].filter(Boolean).join('\n'))
      setFailure(`It was not sent: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function submitByEnter(event: KeyboardEvent): void {
    // Enter also ends the composition of a Japanese or Chinese word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void submit()
  }

  return (
    <form className="composer" onSubmit={(event) => void submit(event)}>
      <textarea
        aria-label="Message"
        placeholder="Say something"
        rows={1}
        value={draft}
        onChange={({ target: { value } }) => {
          setDraft(value)
          if (value === '') typing.stop()
          else typing.start()
        }}
        onKeyDown={submitByEnter}
        aria-invalid={fault !== undefined}
        aria-describedby="composer-fault"
        enterKeyHint="send"
      />
      <button type="submit" aria-label="Send" aria-disabled={draft === '' || fault !== undefined}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M10 16V4.5M4.8 9.6 10 4.4l5.2 5.2" />
        </svg>
      </button>
      <p id="composer-fault" className="fault" role="status">
        {fault ?? failure}
      </p>
    </form>
  )
}
