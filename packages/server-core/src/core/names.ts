// Which channel names and event ids are acceptable [CH-1, CH-3, EM-8].
import { utf8Bytes } from '@websockets.do/protocol'

/** What is wrong with a channel's name, in words; undefined when nothing is. */
export function channelNameFault(name: string, maxBytes: number): string | undefined {
  if (name === '') return 'a channel name has at least 1 byte'
  if (utf8Bytes(name) > maxBytes) return `a channel name has at most ${maxBytes} bytes of UTF-8`
  if (CONTROL.test(name)) return 'a channel name has no control characters'
  if (name === '_') return 'the name "_" is the server\'s own'
  if (name === '.' || name === '..') return 'URLs collapse the names "." and ".."'
  return undefined
}

export function isEventID(text: string): boolean {
  return EVENT_ID.test(text)
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
const EVENT_ID = /^evt_[A-Za-z0-9_-]{16,64}$/
