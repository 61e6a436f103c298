// Servers that break one rule each by the frames that they send and take.
import { isFence, limits, type Mutant, receives, sends, sendsOf, without } from './mutation'

export const frameMutants: readonly Mutant[] = [
  {
    what: 'sends every DATA twice',
    breaks: ['EM-5', 'EM-6', 'EM-8', 'EM-8a', 'LI-5', 'RS-2'],
    ...sendsOf('DATA', (message) => (isFence(message.payload) ? message : [message, message])),
  },
  {
    what: 'loses the first PRESENCE:LEFT of a connection',
    breaks: ['LI-3', 'MS-3', 'MS-4', 'RS-3', 'RS-4', 'RS-5', 'LM-1'],
    ...sendsOf('PRESENCE:LEFT', (message, { notes }) => {
      const lost = notes.has('left')
      notes.set('left', 1)
      return lost ? message : undefined
    }),
  },
  { what: 'sends PRESENCE:LEFT twice', breaks: ['MS-4'], ...sendsOf('PRESENCE:LEFT', (message) => [message, message]) },
  {
    what: 'puts the joiner into its own CONNECTED',
    breaks: ['LI-5'],
    ...sendsOf('CONNECTED', (message) => {
      const members = [...message.payload.members, { clientID: message['clientID'], presence: {} }]
      return { ...message, payload: { ...message.payload, members } }
    }),
  },
  {
    what: 'sends the joiner its own PRESENCE:JOINED',
    breaks: ['LI-5'],
    ...sendsOf('CONNECTED', (message) => {
      const payload = { clientID: message['clientID'], presence: message.payload.presence }
      return [message, { ...message, type: 'PRESENCE:JOINED', payload }]
    }),
  },
  {
    what: 'swaps two DATA',
    breaks: ['EM-9', 'LI-5'],
    ...sendsOf('DATA', (message, { notes }) => {
      if (message.payload === 18) return void notes.set('held', message)
      const held = notes.get('held')
      notes.delete('held')
      return held ? [message, held] : message
    }),
  },
  { what: 'sends no latency in DATA', breaks: ['MS-1'], ...sendsOf('DATA', (message) => without(message, 'latency')) },
  {
    what: 'measures no latency',
    breaks: ['MS-2'],
    ...sends((message) => (message.type === 'PONG' ? message : { ...message, latency: 0 })),
  },
  {
    what: 'says requires_ack only where it is true',
    breaks: ['ACK-2'],
    ...sendsOf('DATA', (message) => (message['requires_ack'] ? message : without(message, 'requires_ack'))),
  },
  {
    what: 'sends eventID in DATA alone',
    breaks: ['MS-1'],
    ...sends((message) => (message.type === 'DATA' ? message : without(message, 'eventID'))),
  },
  {
    what: 'says `resumed` never',
    breaks: ['LI-3', 'RS-2', 'RS-3', 'RS-4', 'RS-5', 'RS-8'],
    ...sendsOf('CONNECTED', (message) => ({ ...message, payload: without(message.payload, 'resumed') })),
  },
  {
    what: 'says nothing of what is awaited',
    breaks: ['RS-3'],
    ...sendsOf('CONNECTED', (message) => ({ ...message, payload: without(message.payload, 'awaiting') })),
  },
  {
    what: 'tells nobody that its connection was replaced',
    breaks: ['RS-6'],
    ...sendsOf('ERROR', (message) => (message.payload.code === 'REPLACED' ? undefined : message)),
  },
  {
    what: 'replays without saying what is still awaited',
    breaks: ['RS-3'],
    ...sendsOf('DATA', (message) => (message.payload === 'missed' ? { ...message, requires_ack: false } : message)),
  },
  {
    what: 'sends DATA without `from`',
    breaks: ['LI-3', 'MS-5'],
    ...sendsOf('DATA', (message) => without(message, 'from')),
  },
  {
    what: 'gives every DATA the same `seq`',
    breaks: ['MS-5', 'MS-6', 'HI-1'],
    ...sendsOf('DATA', (message) => ({ ...message, seq: 1 })),
  },
  {
    what: 'tells no position in CONNECTED',
    breaks: ['LI-4', 'MS-6', 'RS-2'],
    ...sendsOf('CONNECTED', (message) => ({ ...message, payload: without(message.payload, 'seq', 'epoch') })),
  },
  {
    what: 'writes JSON with white space',
    breaks: ['MS-1'],
    send: (text, wire) => wire.send(JSON.stringify(JSON.parse(text), undefined, 1)),
  },
  {
    what: 'answers PING by a PONG with a payload',
    breaks: ['CL-6'],
    ...sendsOf('PONG', (message) => ({ ...message, payload: {} })),
  },
  { what: 'answers no PING', breaks: ['CL-6'], ...sendsOf('PONG', () => undefined) },
  { what: 'sends EMITTED twice', breaks: ['CL-4'], ...sendsOf('EMITTED', (message) => [message, message]) },
  {
    what: 'sends EMITTED without `ref` where an emit is refused',
    breaks: ['CL-4'],
    ...sendsOf('EMITTED', (message) =>
      message.payload.success ? message : { ...message, payload: without(message.payload, 'ref') },
    ),
  },
  {
    what: 'sends an ERROR beside a refusing EMITTED',
    breaks: ['CL-4', 'CL-7', 'CL-8'],
    ...sendsOf('EMITTED', (message) =>
      message.payload.success ? message : [message, { ...message, type: 'ERROR', payload: message.payload.error }],
    ),
  },
  { what: 'sends no ACKED', breaks: ['CL-4'], ...sendsOf('ACKED', () => undefined) },
  {
    what: 'sends no ERROR BAD_PAYLOAD',
    breaks: ['CL-3'],
    ...sendsOf('ERROR', (message) => (message.payload.code === 'BAD_PAYLOAD' ? undefined : message)),
  },
  {
    what: 'sends no ERROR UNKNOWN_TYPE',
    breaks: ['LI-3', 'CL-7'],
    ...sendsOf('ERROR', (message) => (message.payload.code === 'UNKNOWN_TYPE' ? undefined : message)),
  },
  {
    what: 'does not show its presence to the sender',
    breaks: ['LI-4', 'MS-4'],
    ...sendsOf('PRESENCE:UPDATED', (message) =>
      message.payload.clientID === message['clientID'] ? undefined : message,
    ),
  },
  {
    what: 'takes `user` from presence',
    breaks: ['MS-11'],
    ...sendsOf('PRESENCE:JOINED', (message) => ({
      ...message,
      payload: { ...message.payload, ...(message.payload.presence.user && { user: message.payload.presence.user }) },
    })),
  },
  { what: 'sends no PING', breaks: ['MS-2', 'MS-4', 'CL-5'], ...sendsOf('PING', () => undefined) },
  {
    what: 'takes any message for a PONG',
    breaks: ['CL-5'],
    send(text, wire) {
      if (text.startsWith('{"type":"PING"')) wire.notes.set('pinged', 1)
      wire.send(text)
    },
    receive: (data, wire) => {
      if (wire.notes.delete('pinged')) wire.receive('{"type":"PONG"}')
      wire.receive(data)
    },
  },
  {
    what: 'closes with 1008 for bad messages',
    breaks: ['CL-7', 'RS-5'],
    close: (code, reason, wire) => wire.close(code === 4400 && reason === 'BAD_MESSAGE' ? 1008 : code, reason),
  },
  {
    what: 'closes with 1000 who does not answer PING',
    breaks: ['CL-5'],
    close: (code, reason, wire) => wire.close(code === 4408 ? 1000 : code, reason),
  },
  {
    what: 'closes with 4413 for a frame that is too large',
    breaks: ['LM-1'],
    close: (code, reason, wire) => wire.close(code === 1009 ? 4413 : code, reason),
  },
  { what: 'ignores `echo`', breaks: ['CL-4', 'RS-2'], ...receives((message) => without(message, 'echo')) },
  { what: 'ignores `progress`', breaks: ['CL-4'], ...receives((message) => without(message, 'progress')) },
  {
    what: 'ignores `clients` of EMIT',
    breaks: ['CL-4', 'RS-9'],
    ...receives((message) => (message.type === 'EMIT' ? without(message, 'clients') : message)),
  },
  {
    what: 'knows types in upper case only',
    breaks: ['CL-1'],
    ...receives((message) =>
      message.type === String(message.type).toUpperCase() || typeof message.type !== 'string'
        ? message
        : { ...message, type: 'X' },
    ),
  },
  {
    what: 'forgets what an ACK carries',
    breaks: ['ACK-3', 'ACK-6', 'CL-4'],
    ...receives((message) =>
      message.type === 'ACK' ? { ...message, payload: { eventID: message.payload?.eventID } } : message,
    ),
  },
  {
    what: 'reads binary frames',
    breaks: ['CL-7'],
    receive: (data, wire) =>
      wire.receive(typeof data === 'string' ? data : new TextDecoder().decode(data as Uint8Array)),
  },
  { what: 'takes frames and bodies of 65 KiB', breaks: ['LM-1'], ...limits({ maxMessageBytes: 65 * 1_024 }) },
  { what: 'takes a presence of 9 KiB', breaks: ['LM-1'], ...limits({ maxPresenceBytes: 9_216 }) },
  { what: 'takes JSON nested 65 deep', breaks: ['CL-7', 'LM-1'], ...limits({ maxJsonDepth: 65 }) },
  { what: 'takes names of 201 bytes', breaks: ['CH-1'], ...limits({ maxChannelNameBytes: 201 }) },
  { what: 'takes 101 ids in `clients`', breaks: ['EM-5'], ...limits({ maxTargets: 101 }) },
  { what: 'has no limit on messages', breaks: ['CL-8'], ...limits({ messagesPerSecond: 1e6, messageBurst: 1e6 }) },
  { what: 'closes at the 19th bad message', breaks: ['CL-7'], ...limits({ maxBadMessages: 19 }) },
  { what: 'retains events for 60 s', breaks: ['RS-1'], options: { history: { readable: true, maxAgeMs: 60_000 } } },
  {
    what: 'pings every 60 s and says 20',
    breaks: ['MS-2', 'MS-4', 'CL-5'],
    options: { heartbeat: { intervalMs: 60_000 } },
    ...sendsOf('CONNECTED', (message) => ({
      ...message,
      payload: { ...message.payload, heartbeat: { intervalMs: 20_000, timeoutMs: 15_000 } },
    })),
  },
  {
    what: 'skips no field that it does not know',
    breaks: ['MS-8'],
    ...receives((message) => ('colour' in message ? { type: 'X' } : message)),
  },
  {
    what: 'answers EMIT without `recipients`',
    breaks: ['EM-8', 'MS-7', 'CL-4'],
    ...sendsOf('EMITTED', (message) => ({ ...message, payload: without(message.payload, 'recipients') })),
  },
  {
    what: 'takes CLOSE on a socket for its end',
    breaks: ['LI-3'],
    receive: (data, wire) => (String(data).startsWith('{"type":"CLOSE"') ? wire.close(1000) : wire.receive(data)),
  },
  {
    what: 'tells everybody of bad messages',
    breaks: ['ER-1'],
    ...sendsOf('PRESENCE:LEFT', (message) => [
      { ...message, type: 'ERROR', payload: { code: 'BAD_MESSAGE', message: 'somebody' } },
      message,
    ]),
  },
]
