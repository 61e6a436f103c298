// What no client on the outside can see: whole rules, and halves of rules that have cases for the rest.
// Some of it the adapters' own cases see, which choose a server's options and close it; what is left to those is said.

export interface NotSeen {
  /** Its id in docs/protocol.md. */
  readonly rule: string
  readonly why: string
}

export const notSeen: readonly NotSeen[] = [
  { rule: 'CH-5', why: 'every case runs below the path of the url it is given; what lies elsewhere is unknown to it' },
  {
    rule: 'EM-2',
    why: 'whether GET is off by itself depends on where the server can be reached from, and on `authorize`; adapters’ cases switch it off',
  },
  { rule: 'ACK-2', why: 'that readers accept `require_ack` is a rule for clients' },
  { rule: 'ACK-8', why: 'it is about the result in a program, not on the wire' },
  {
    rule: 'LI-6',
    why: 'only the WebSocket of `ws` shows the status of a refused upgrade, and none lets its caller set Origin portably',
  },
  {
    rule: 'OR-1',
    why: 'fetch does not let its caller set Host; `origins` and `publicOrigin` are options, which adapters’ cases set',
  },
  { rule: 'OR-2', why: 'when a grant expires is for `authorize` to say; logs are not on the wire' },
  { rule: 'MS-8', why: 'for the server’s messages it is a rule for clients' },
  { rule: 'MS-10', why: 'it is about how a client reads a payload; the server passes on any (EM-1)' },
  { rule: 'MS-11', why: 'what `authorize` grants is the server’s own; adapters’ cases know it' },
  { rule: 'CL-2', why: 'it is about our client' },
  { rule: 'CL-5', why: 'nobody outside can stall the process of a server' },
  {
    rule: 'CL-8',
    why: 'to go on above the rate of a server in use would be abuse; adapters’ cases do it at a small rate',
  },
  {
    rule: 'RS-1',
    why: 'to fill the window of 1,000 events or 1 MiB would be abuse of a server in use; adapters’ cases fill a small one',
  },
  {
    rule: 'RS-5',
    why: 'a client can say 1000 and 3000 to 4999 alone, and nobody can make a server close by 1011 or 4413; of its own closes adapters’ cases see 4403',
  },
  { rule: 'RS-7', why: 'who a token stands for, and what `authorize` is asked, is the server’s own' },
  { rule: 'HL-1', why: 'the kit stops no server that is not its own; adapters’ cases see its end' },
  { rule: 'ER-1', why: '`onError` belongs to the program' },
  { rule: 'ER-3', why: 'which channel has a contract, and what fits it, is for the program to say' },
  {
    rule: 'LM-1',
    why: 'what would take abuse to reach is left to adapters’ cases, which have small limits; a WebSocket does not let its caller cut fragments, nor fetch its headers, and what `authorize`, contracts and `onEmit` take is the program’s',
  },
]
