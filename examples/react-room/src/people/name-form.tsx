// One's own name, to be written over.
import './name-form.css'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { faultIn } from '../fault-in'
import { nameSchema } from '../room'
import { identity } from './identity'
import { useIdentity } from './use-identity'

export function NameForm() {
  const { name, colour } = useIdentity()
  const [draft, setDraft] = useState<string>()
  const fault = draft === undefined ? undefined : faultIn(nameSchema, draft)

  function save(event?: FormEvent): void {
    event?.preventDefault()
    if (draft === undefined || fault !== undefined) return
    identity.rename(draft.trim())
    setDraft(undefined)
  }

  function giveUp({ key }: KeyboardEvent): void {
    if (key === 'Escape') setDraft(undefined)
  }

  return (
    <form className="name-form" data-colour={colour} onSubmit={save}>
      <input
        aria-label="Your name"
        value={draft ?? name}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => save()}
        onKeyDown={giveUp}
        aria-invalid={fault !== undefined}
        aria-describedby="name-fault"
        autoComplete="nickname"
        spellCheck={false}
        enterKeyHint="done"
      />
      <p id="name-fault" className="fault" role="status">
        {fault}
      </p>
    </form>
  )
}
