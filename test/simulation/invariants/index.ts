// All invariants, by when they can be checked: after each step, once all is quiet, and when everybody has gone.
import type { Stage } from '../stage'
import { checkAnswers } from './answers'
import { checkBounds, checkLeaks, checkTimers } from './bounds'
import { checkClients, checkSockets } from './clients'
import { checkDelivery } from './delivery'
import { checkErrors } from './errors'
import { checkHistory } from './history'
import { checkOrder } from './order'
import { checkMirrors, checkTables } from './presence'
import { checkObservers, checkSeats } from './resume'
import { checkConverged, checkGone, checkOpen } from './quiet'

export function checkStep(stage: Stage): void {
  stage.log.check()
  checkTables(stage)
  checkMirrors(stage)
  checkBounds(stage)
}

/** Nothing is arriving at this moment. */
export function checkSettled(stage: Stage): void {
  checkTimers(stage)
  checkHistory(stage)
  stage.log.check()
}

/** A while after the last fault: whoever finds a place is there. */
export function checkReopened(stage: Stage): void {
  stage.log.check()
  checkOpen(stage)
  stage.log.check()
}

export function checkQuiet(stage: Stage): void {
  checkStep(stage)
  checkTimers(stage)
  checkOrder(stage)
  checkDelivery(stage)
  checkObservers(stage)
  checkSeats(stage)
  checkHistory(stage)
  checkAnswers(stage)
  checkSockets(stage)
  checkClients(stage)
  checkConverged(stage)
  stage.log.check()
}

export function checkEnd(stage: Stage): void {
  checkOrder(stage)
  checkDelivery(stage)
  checkSeats(stage)
  checkAnswers(stage)
  checkClients(stage)
  checkGone(stage)
  checkLeaks(stage)
  checkErrors(stage)
  stage.log.check()
}
