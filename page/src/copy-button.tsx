// Puts a text on the clipboard, and says so for a moment.
import { useEffect, useState } from 'react'

export interface CopyButtonProps {
  readonly label: string
  readonly text: string
}

export function CopyButton({ label, text }: CopyButtonProps) {
  const [note, setNote] = useState<string>()

  useEffect(() => {
    if (note === undefined) return
    const timer = setTimeout(() => setNote(undefined), 2_000)
    return () => clearTimeout(timer)
  }, [note])

  async function copy(): Promise<void> {
    setNote((await copied(text)) ? 'Copied' : 'Not allowed')
  }

  return (
    <button type="button" className="copy" onClick={() => void copy()}>
      {/* Both lie in the same place, so that the button keeps its width. */}
      <span className={note === undefined ? '' : 'hidden'}>{label}</span>
      <span className="note" role="status">
        {note}
      </span>
    </button>
  )
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // There is no clipboard on a page from plain http, or it was not allowed.
    return copiedByHand(text)
  }
}

function copiedByHand(text: string): boolean {
  const field = document.createElement('textarea')
  const focused = document.activeElement
  field.value = text
  field.className = 'off-screen'
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isCopied
}
