import { assemble, type Filmroom } from './assemble.js'
import { ConfigError, readConfig, type Config } from './config.js'

/** Reads the configuration, starts the server, says where it listens, and stops it on SIGTERM or SIGINT. */

function configured(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`Filmroom ${error.message}`)
    process.exit(1)
  }
}

async function listen(config: Config): Promise<Filmroom> {
  const filmroom = await assemble(config)
  try {
    const address = await filmroom.app.listen({ host: config.host, port: config.port })
    console.log(`Filmroom listens on ${address}${config.basePath}`)
    return filmroom
  } catch (error) {
    await filmroom.stop(0)
    throw error
  }
}

const config = configured()
const filmroom = await listen(config).catch((error: unknown) => {
  console.error(`Filmroom cannot start: ${(error as Error).message}`)
  process.exit(1)
})

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // A second signal does not wait for the drain.
    if (stopping) process.exit(1)
    stopping = true
    filmroom.app.log.info({ signal }, 'stopping')
    void filmroom.stop(config.drain).then(() => process.exit(0))
  })
}
