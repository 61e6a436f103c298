// Says when the connection is lost for longer than a moment, when it is back, and when it won't come back.
import './connection-banner.css'
import { useEffect, useState } from 'react'
import { useConnection, useLostConnection } from '../hooks'

export function ConnectionBanner({ channel }: { readonly channel: string }) {
  const status = useConnection(channel)
  const [news, setNews] = useState<'lost' | 'restored' | 'failed'>()
  useLostConnection(channel, setNews, { afterMs: 2_000 })

  useEffect(() => {
    if (news !== 'restored') return
    const timer = setTimeout(() => setNews(undefined), 4_000)
    return () => clearTimeout(timer)
  }, [news])

  return (
    <div className="connection-banner" role="status" data-news={news}>
      {news === 'lost' && <p>The connection is lost. What you write waits, and is sent as soon as it is back.</p>}
      {news === 'restored' && (
        <p>
          {status.state === 'open' && !status.recovered
            ? 'You are back. Something may have been missed: it was a long time.'
            : 'You are back, and have missed nothing.'}
        </p>
      )}
      {news === 'failed' && (
        <>
          <p>This room is closed{status.state === 'closed' && `: ${status.reason.message}`}</p>
          <button type="button" onClick={() => location.reload()}>
            Try again
          </button>
        </>
      )}
    </div>
  )
}
