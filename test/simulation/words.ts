// A life in words: times as the diagram has them, who is who, and the conditions that are out of the ordinary.
import type { Listener, Log } from './log'
import { nth } from './nth'
import { type Conditions, USUAL } from './plan'

const DEVICES = ['phone', 'laptop', 'tablet']

export function deviceName(index: number): string {
  return nth(DEVICES, index) ?? ''
}

/** `250 ms`, `12.5 ms`, `20 s`, `1:05.25 min`. */
export function timeOf(ms: number): string {
  if (ms < 1_000) return `${Number(ms.toFixed(1))} ms`
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(3))} s`
  const seconds = Number(((ms % 60_000) / 1_000).toFixed(3))
  return `${Math.floor(ms / 60_000)}:${seconds < 10 ? '0' : ''}${seconds} min`
}

/** Who has that client id: `c1-2 on phone`, and `c1-2 on phone (connection 2)` when it has come back. */
export function nameOf({ sockets, listeners }: Log, clientID: string): string | undefined {
  const opened = sockets.find((socket) => socket.in.clientID === clientID)
  if (opened) {
    const { owner, device } = opened
    const place = sockets.filter((socket) => socket.owner === owner).indexOf(opened) + 1
    return `${owner} on ${deviceName(device)}${place > 1 ? ` (connection ${place})` : ''}`
  }
  return listeners.find(({ out }) => out.clientID === clientID)?.by
}

/** The text with names instead of client ids and of numbers, where they are known by now. */
export function named(log: Log, text: string): string {
  const ofListener = ({ out, by }: Listener): string | undefined => nameOf(log, out.clientID) ?? by
  return text
    .replace(/\blistener (\d+)\b/g, (number, at) => {
      const listener = log.listeners[Number(at) - 1]
      return (listener && ofListener(listener)) ?? number
    })
    .replace(/\bclient_[\w-]{8,}/g, (id) => nameOf(log, id) ?? id)
}

/** What is not as in most lives, one line each. */
export function conditionsInWords(conditions: Conditions): string[] {
  const names = Object.keys(conditions) as (keyof Conditions)[]
  return names.flatMap((name) => {
    if (name === 'devices') return [`devices: ${conditions.devices.map(deviceInWords).join(', ')}`]
    const value = JSON.stringify(conditions[name])
    return value === JSON.stringify(USUAL[name]) ? [] : [`${name}: ${value.replaceAll('"', '')}`]
  })
}

function deviceInWords({ rate, aheadMs }: Conditions['devices'][number], index: number): string {
  const clock = [...(rate === 1 ? [] : [`runs at ${rate}`]), ...(aheadMs === 0 ? [] : [`is ${timeOf(aheadMs)} ahead`])]
  return `${deviceName(index)}${clock.length > 0 ? ` (its clock ${clock.join(' and ')})` : ''}`
}
