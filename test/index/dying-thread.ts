/** A thread for sqlite.test.ts: answers with what it is told, waits, fails, or ends in the midst of a call. */
import { answerCalls } from '../../src/index/thread.js'

answerCalls(async (argument, signal) => {
  if (argument === 'end') process.exit(1)
  if (argument === 'fail') throw new Error('words that stay inside')
  if (argument === 'wait') await new Promise(resolve => signal.addEventListener('abort', resolve))
  return argument
})
