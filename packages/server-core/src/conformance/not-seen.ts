// What no client on the outside can see: whole rules, and halves of rules that have cases for the rest.

export interface NotSeen {
  /** Its id in docs/protocol.md. */
  readonly rule: string
  readonly why: string
}

export const notSeen: readonly NotSeen[] = [
  { rule: 'CH-5', why: 'every case runs below the path of the url it is given; what lies elsewhere is unknown to it' },
  {
    rule: 'EM-2',
    why: 'whether GET is off by itself depends on where the server can be reached from, and on `authorize`',
  },
  { rule: 'ACK-2', why: 'that readers accept `require_ack` is a rule for clients' },
  { rule: 'ACK-8', why: 'it is about the result in a program, not on the wire' },
  { rule: 'LI-6', why: 'a WebSocket shows no status of an upgrade that was refused, and lets nobody set Origin' },
  { rule: 'OR-1', why: 'fetch does not let its caller set Host; `origins` and `publicOrigin` are options' },
  { rule: 'OR-2', why: 'when a grant expires is for `authorize` to say; logs are not on the wire' },
  { rule: 'MS-8', why: 'for the server’s messages it is a rule for clients' },
  { rule: 'MS-10', why: 'it is about how a client reads a payload; the server passes on any (EM-1)' },
  { rule: 'MS-11', why: 'what `authorize` grants is the server’s own' },
  { rule: 'CL-2', why: 'it is about our client' },
  { rule: 'CL-5', why: 'nobody outside can stall the process of a server' },
  { rule: 'CL-8', why: 'how long somebody may go on above the rate is not said' },
  { rule: 'RS-1', why: 'to fill the window of 1,000 events or 1 MiB would be abuse of a server in use' },
  { rule: 'RS-5', why: 'a client cannot make every close code happen, nor break its own connection without one' },
  { rule: 'RS-7', why: 'who a token stands for, and what `authorize` is asked, is the server’s own' },
  { rule: 'HL-1', why: 'the kit does not stop servers, so it sees no 503' },
  { rule: 'ER-1', why: '`onError` belongs to the program' },
  { rule: 'ER-3', why: 'which channel has a contract, and what fits it, is for the program to say' },
  {
    rule: 'LM-1',
    why: 'members and observers of a channel, buffers, awaited emits, requests of an address and time limits would take abuse to reach; a WebSocket does not let its caller cut fragments',
  },
]
