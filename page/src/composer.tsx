// Where an event is written: its payload, to whom, whether it wants acknowledgement, and which way it goes.
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react'
import { AudienceChoice } from './audience-choice'
import { recipientsOf } from './recipients'
import { readPayload } from './read-payload'
import type { Audience } from './use-audience'
import type { Draft } from './use-emission'
import { Segments } from './segments'

export interface ComposerProps {
  readonly audience: Audience
  readonly memberIDs: readonly string[]
  readonly isClosed: boolean
  readonly onSend: (draft: Draft) => void
  /** What became of the last one. */
  readonly children: ReactNode
}

export function Composer({ audience, memberIDs, isClosed, onSend, children }: ComposerProps) {
  const [text, setText] = useState('{ "hello": "world" }')
  const [requireAck, setRequireAck] = useState(false)
  const [via, setVia] = useState<Draft['via']>('socket')
  const reading = readPayload(text, via)
  const recipients = recipientsOf(audience, memberIDs)
  const fault = isClosed && via === 'socket' ? 'The connection is closed: connect again, or send over HTTP.' : undefined
  const canSend = reading.ok && recipients.ok && fault === undefined

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!canSend) return
    const { clients, expected } = recipients
    onSend({ payload: reading.payload, clients, expected, requireAck, via })
  }

  function submitByKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
  }

  return (
    <section className="card composer" aria-labelledby="composer-title">
      <header className="card-head">
        <h2 id="composer-title">Emit an event</h2>
        <Segments
          legend="Over"
          name="via"
          value={via}
          choices={[
            { value: 'socket', label: 'WebSocket' },
            { value: 'http', label: 'HTTP' },
          ]}
          onChoose={setVia}
        />
      </header>
      <form onSubmit={submit}>
        <div className="payload-field">
          <div className="payload-head">
            <label htmlFor="payload">Payload, as JSON</label>
            <p id="payload-fault" className="fault" role="status">
              {(reading.ok ? undefined : reading.fault) ?? (recipients.ok ? undefined : recipients.fault) ?? fault}
            </p>
          </div>
          <textarea
            id="payload"
            rows={3}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={submitByKey}
            aria-invalid={!reading.ok}
            aria-describedby="payload-fault"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <div className="options">
          <AudienceChoice audience={audience} />
          <label className="check">
            <input type="checkbox" checked={requireAck} onChange={(event) => setRequireAck(event.target.checked)} />
            Require acknowledgement
          </label>
          <button type="submit" className="primary" aria-disabled={!canSend} title="Ctrl or ⌘ and Enter in the payload">
            Emit
          </button>
        </div>
      </form>
      {children}
    </section>
  )
}
