/** Loaded into a server that is measured (`node --import`): at each SIGUSR2 it appends the delays of its event loop since the one
 *  before to LOOP_DELAY_FILE, as a JSON line in ms, beyond the 10 ms that it waits between looks. */
import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const RESOLUTION_MS = 10
const file = process.env['LOOP_DELAY_FILE']

if (isMainThread && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  process.on('SIGUSR2', () => {
    const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
    const line = {
      p50Ms: ms(delays.percentile(50)),
      p99Ms: ms(delays.percentile(99)),
      mostMs: ms(delays.max),
    }
    delays.reset()
    appendFileSync(file, `${JSON.stringify(line)}\n`)
  })
}
