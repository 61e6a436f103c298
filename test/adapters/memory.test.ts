// The in-memory adapter, as the program around it sees it; as its clients see it, it is one of test/conformance/targets.ts.
import { memory } from '@websockets.do/server-core/memory'
import { describeInProcess } from './in-process'

describeInProcess('memory', async (server) => ({ ...memory(server), close: () => server.close({ drainMs: 0 }) }))
