import { assemble } from './assemble.js'
import { ConfigError, readConfig, type Config } from './config.js'
import { parentProcess } from './parent-process.js'

/** Reads the configuration, starts the server, says where it listens, and stops it on SIGTERM or SIGINT. */

interface Running {
  readonly address: string
  /** @param delayMs how long proxies get to learn of it */
  stop(delayMs: number): Promise<void>
}

function configured(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`Filmroom ${error.message}`)
    process.exit(1)
  }
}

async function listen(config: Config): Promise<Running> {
  const filmroom = await assemble(config, parent)
  try {
    const address = await filmroom.app.listen({ host: config.host, port: config.port })
    return {
      address,
      stop(delayMs) {
        filmroom.app.log.info('stopping')
        return filmroom.stop(config.drain, delayMs)
      },
    }
  } catch (error) {
    await filmroom.stop(0)
    throw error
  }
}

/** Many a server is one process and needs nothing of this. */
async function startSeveral(config: Config): Promise<Running> {
  const { startProcesses } = await import('./processes.js')
  return startProcesses(config)
}

const config = configured()
const parent = parentProcess()
const isFirst = parent === undefined
const running = await (isFirst && config.processes > 1 ? startSeveral(config) : listen(config)).catch(
  (error: unknown) => {
    const { message } = error as Error
    if (isFirst) console.error(`Filmroom cannot start: ${message}`)
    else parent.tell({ failed: message })
    process.exit(1)
  },
)
if (isFirst) console.log(`Filmroom listens on ${running.address}${config.basePath}`)
else parent.tell({ listening: running.address })

let stopping = false
function stop(delayMs: number): void {
  // A second signal does not wait for the drain; of several processes the first gets it, and the others end with it.
  if (stopping && isFirst) process.exit(1)
  if (stopping) return
  stopping = true
  void running.stop(delayMs).then(() => process.exit(0))
}
process.on('SIGTERM', () => {
  stop(config.stopDelay)
})
// A terminal sends it to all processes: the first says when the others stop. Who sits there is not kept waiting.
process.on('SIGINT', () => {
  if (isFirst) stop(0)
})
parent?.onStop(stop)
