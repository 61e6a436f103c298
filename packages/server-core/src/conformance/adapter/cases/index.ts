// All cases that need a server of their own, in the order of the protocol's sections.
import { bySection } from '../../cases/index'
import type { AdapterCase } from '../adapter-case'
import { closingCases } from './closing'
import { historyCases } from './history'
import { limitCases } from './limits'
import { originCases } from './origins'
import { requestCases } from './requests'
import { slowReaderCases } from './slow-readers'
import { socketCases } from './sockets'
import { streamCases } from './streams'
import { tokenCases } from './tokens'

export const adapterCases: readonly AdapterCase[] = [
  ...requestCases,
  ...socketCases,
  ...streamCases,
  ...originCases,
  ...tokenCases,
  ...historyCases,
  ...closingCases,
  ...limitCases,
  ...slowReaderCases,
].sort(bySection)
