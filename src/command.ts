import { filmroom } from './cli/filmroom.js'
import type { CommandServices } from './cli/command.js'
import { ConfigError, readConfig } from './config.js'
import { openParts } from './open-parts.js'
import { purgeService } from './services/purge.js'
import { rebuildService } from './services/rebuild.js'
import { reindexService } from './services/reindex.js'
import { restoreService } from './services/restore.js'
import { tombstones } from './services/tombstones.js'
import { verifyService } from './services/verify.js'

/** Runs one command with the server's own configuration, and ends with its exit status. */

async function open(): Promise<CommandServices> {
  const config = readConfig(process.env)
  const parts = await openParts(config)
  const { index, blobs, cache } = parts
  const tombs = tombstones(index, blobs)
  return {
    restoration: restoreService(index, tombs, config.deleteGrace),
    reindex: reindexService(index),
    rebuilding: rebuildService(index, blobs, tombs, { inflatedBytes: config.maxInflatedBytes }),
    purging: purgeService(index, blobs, cache, tombs, config.deleteGrace),
    verification: verifyService(index, blobs, tombs),
    schema: index.schema,
    close: () => parts.close(),
  }
}

const status = await filmroom({
  args: process.argv.slice(2),
  open,
  say: line => console.log(line),
  complain: line => console.error(line),
}).catch((error: unknown) => {
  console.error(`Filmroom ${error instanceof ConfigError ? error.message : String(error)}`)
  return 1
})
// Standard output may be a pipe that is read slowly: the process ends by itself when it is written.
process.exitCode = status
