// A reaction as a picture: the same on every system, and at home in light and dark.
import type { ReactNode } from 'react'
import type { Emoji } from '../room'

export function Glyph({ emoji }: { readonly emoji: Emoji }) {
  return (
    <svg className="glyph" viewBox="0 0 24 24" aria-hidden="true">
      {drawings[emoji]}
    </svg>
  )
}

/** For whoever can't see it. */
export const reactionNames: Readonly<Record<Emoji, string>> = {
  '❤️': 'a heart',
  '👍': 'thumbs up',
  '😂': 'laughter',
  '🎉': 'confetti',
  '🔥': 'fire',
}

const drawings: Readonly<Record<Emoji, ReactNode>> = {
  '❤️': <path fill="#e5484d" d="M12 20.6 4.4 13a5 5 0 0 1 7.1-7.1l.5.6.5-.6a5 5 0 0 1 7.1 7.1z" />,
  '👍': (
    <g fill="#e9a23b">
      <path d="M7.2 10.4 10.8 3c1.7 0 2.7 1.3 2.4 3l-.5 3h5.1a2.3 2.3 0 0 1 2.2 2.8l-1.5 6.6a2.7 2.7 0 0 1-2.6 2.1H9.6L7.2 19z" />
      <rect x="2.8" y="10.4" width="3" height="9.4" rx="1.2" />
    </g>
  ),
  '😂': (
    <>
      <circle cx="12" cy="12" r="9.2" fill="#f2c14e" />
      <path d="M6.6 13.2h10.8a5.4 5.4 0 0 1-10.8 0z" fill="#5b3a12" />
      <path
        d="M6.4 10.2c.7-1.5 2.5-1.5 3.2 0M14.4 10.2c.7-1.5 2.5-1.5 3.2 0"
        fill="none"
        stroke="#5b3a12"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </>
  ),
  '🎉': (
    <>
      <path d="M3 21 8.2 8.6l7.2 7.2z" fill="#8e6ad8" />
      <path d="M13.2 9.6c.4-2.6 2-4.2 4.6-4.4" fill="none" stroke="#3aa675" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M15 12.6c1.8-1 3.6-.9 5.4.3" fill="none" stroke="#e9a23b" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M10.4 7.2c.7-1.3.6-2.6-.4-3.9" fill="none" stroke="#e5484d" strokeWidth="1.8" strokeLinecap="round" />
      <circle cx="15.2" cy="3.4" r="1.2" fill="#e9a23b" />
      <circle cx="20.4" cy="8.6" r="1.2" fill="#e5484d" />
      <circle cx="18.6" cy="17.2" r="1.2" fill="#3aa675" />
    </>
  ),
  '🔥': (
    <>
      <path
        fill="#e8622c"
        d="M12.4 1.8c.5 3.7 6.2 5.9 6.2 12a6.6 6.6 0 0 1-13.2 0c0-2.7 1.3-4.3 2.4-5.6.3 1.4 1 2.2 1.9 2.6-.2-3.5.8-6.7 2.7-9z"
      />
      <path
        fill="#f7c04a"
        d="M12.2 11.4c.3 2 2.9 2.8 2.9 5.3a3.1 3.1 0 0 1-6.2 0c0-1.4.7-2.2 1.3-2.9.2.7.5 1 .9 1.2 0-1.4.3-2.6 1.1-3.6z"
      />
    </>
  ),
}
