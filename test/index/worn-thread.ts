/** A thread for thread.test.ts: it says which it is, and is worn after each call. */
import { setTimeout as sleep } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { answerCalls } from '../../src/index/thread.js'

answerCalls(
  async waitMs => {
    await sleep(Number(waitMs))
    return threadId
  },
  () => true,
)
