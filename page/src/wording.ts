// Error codes in words.

/** What a code means to somebody who looks at this page. */
export function inWords(code: string): string {
  return sentences[code] ?? 'Something went wrong.'
}

const sentences: Readonly<Record<string, string>> = {
  ACK_INCOMPLETE: 'Not everyone could acknowledge.',
  ACK_TIMEOUT: 'Not everyone acknowledged in time.',
  BAD_CHANNEL: 'That is not a name for a channel.',
  BAD_MESSAGE: 'The server could not read what was sent.',
  BAD_ORIGIN: 'The server takes nothing from pages of this origin.',
  BAD_PARAMETER: 'The server does not understand this request.',
  BAD_PAYLOAD: 'The server can’t take this payload.',
  CHANNEL_FULL: 'The channel is full.',
  CLOSED: 'The channel was closed.',
  CONNECTION_LOST: 'The connection was lost.',
  DRAINING: 'The server is going down, or restarting.',
  EVENT_ID_USED: 'This event id was used for something else.',
  FORBIDDEN: 'The server does not allow it.',
  INTERNAL: 'The server met an error of its own.',
  NOT_ENOUGH_CLIENTS: 'There are not that many members here.',
  OUTBOX_FULL: 'Too much is waiting for the connection.',
  PAYLOAD_TOO_LARGE: 'This is larger than the server takes.',
  PING_TIMEOUT: 'The server heard nothing from this tab for too long.',
  RATE_LIMITED: 'That was too much in too short a time.',
  REPLACED: 'Another connection took this one’s place.',
  SLOW_CONSUMER: 'This tab did not read fast enough.',
  TIMEOUT: 'There was no answer in time.',
  UNAUTHORIZED: 'The server wants a valid token.',
}
