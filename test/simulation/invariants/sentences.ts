// What each invariant promises, in a sentence: it is printed with a life that breaks it.

/** I11 and I12 need a process under load, and are not the simulation's to check. */
export const SENTENCES: Readonly<Record<string, string>> = {
  I1: 'What one publisher says is read in the order in which it was said, and a connection delivers the beginning of what was sent over it.',
  I2: 'All readers of a channel see its events in one order, which is that of `seq`.',
  I3: 'Whoever is there and meant gets an event, and each of its handlers hears it once.',
  I4: 'Nobody is left with a gap that it was not told of: no reader, nobody who resumes, and no page of the history.',
  I5: 'Who resumes is given all that it has missed, each once, or is told that it is lost.',
  I6: 'Soon after the last fault everyone shows the same members with the same presence, and they are those of the server.',
  I7: 'Who is gone is in no list, nobody is in one twice, and each member joins once and leaves once; after that nothing more comes from it.',
  I8: "CONNECTED's members plus the later deltas equal the table at all times.",
  I9: 'Who emits is answered once, and truly: each recipient is in one of acked, pending, left and failed, and each ACK counts once.',
  I10: 'Nothing grows beyond its bound, and nothing is left behind: no timer, no socket, no channel.',
  I11: 'What a connection or a process holds in memory is bounded by its limits.',
  I12: 'What one client does is nothing to the others, but for the events and the presence that it may send.',
  I13: 'Every promise is settled, and where the server can be reached a client is soon there again, without dialling in a loop.',
  I14: 'A channel of a client has one socket at most, and none once it is closed.',
  I15: "An error in the program's own functions is reported once, and no other error comes out anywhere.",
  I16: 'The same seed gives the same life, frame by frame.',
  I17: 'Whatever the clocks do, no latency is negative and nothing else breaks.',
  I18: 'Nothing is published, read or joined but by those who were allowed to, and an event reaches those alone for whom it was meant.',
}
