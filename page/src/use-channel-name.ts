// The channel in the page's address, so that a link shares it and the back button returns to it.
import { useEffect, useState } from 'react'
import { channelOf, segmentOf } from './channel-name'

export function useChannelName(): readonly [string, (name: string) => void] {
  const [name, setName] = useState(() => channelOf(location))

  useEffect(() => {
    // Also fires when only the fragment changes.
    const follow = () => setName(channelOf(location))
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])

  useEffect(() => {
    document.title = `${name} · websockets.do`
  }, [name])

  function choose(next: string): void {
    if (next === name) return
    history.pushState(null, '', `${location.pathname}?channel=${segmentOf(next)}`)
    setName(next)
  }

  return [name, choose]
}
