// Puts the room's address on the clipboard, to be sent to somebody.
import './copy-link.css'
import { useEffect, useState } from 'react'

export function CopyLink() {
  const [note, setNote] = useState<string>()

  useEffect(() => {
    if (note === undefined) return
    const timer = setTimeout(() => setNote(undefined), 2_500)
    return () => clearTimeout(timer)
  }, [note])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href)
      setNote('Copied')
    } catch {
      // A page that came by plain http from another machine has no clipboard.
      setNote('Copy the address')
    }
  }

  return (
    <button type="button" className="copy-link" onClick={() => void copy()}>
      {/* Both lie in the same place, so that the button keeps its width. */}
      <span data-hidden={note !== undefined}>Copy link</span>
      <span className="copy-link-note" role="status">
        {note}
      </span>
    </button>
  )
}
