// What `readyState` of a WebSocket may be.
export const CONNECTING = 0
export const OPEN = 1
export const CLOSING = 2
export const CLOSED = 3

export type State = typeof CONNECTING | typeof OPEN | typeof CLOSING | typeof CLOSED
