// Takes a new name for oneself.
import { type FormEvent, useState } from 'react'
import { maxNameLength } from './identity'

export interface NameFormProps {
  readonly username: string
  readonly onRename: (username: string) => void
}

export function NameForm({ username, onRename }: NameFormProps) {
  const [text, setText] = useState(username)
  const next = text.trim()

  function submit(event: FormEvent): void {
    event.preventDefault()
    setText(next || username)
    if (next !== '' && next !== username) onRename(next)
  }

  return (
    <form className="name-form" onSubmit={submit}>
      <label htmlFor="name">Your name</label>
      <div className="row">
        <input
          id="name"
          value={text}
          maxLength={maxNameLength}
          onChange={(event) => setText(event.target.value)}
          autoComplete="nickname"
          spellCheck={false}
        />
        <button type="submit" aria-disabled={next === '' || next === username}>
          Save
        </button>
      </div>
    </form>
  )
}
