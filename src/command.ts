import { filmroom } from './cli/filmroom.js'
import type { ArchivePlace, CommandServices } from './cli/command.js'
import { ConfigError, readConfig, type Config } from './config.js'
import { copyIndex, refuseNewer } from './index/copy.js'
import { openParts, type Parts } from './open-parts.js'
import { copyService, type CopySide } from './services/copy.js'
import { purgeService } from './services/purge.js'
import { rebuildService } from './services/rebuild.js'
import { reindexService } from './services/reindex.js'
import { restoreService } from './services/restore.js'
import { tombstones } from './services/tombstones.js'
import { verifyService } from './services/verify.js'

/** Runs one command with the server's own configuration, and ends with its exit status. */

async function open(place?: ArchivePlace): Promise<CommandServices> {
  const config = configured(place)
  const parts = await openParts(config)
  const { index, blobs, storedBlobs, cache } = parts
  const tombs = tombstones(index, storedBlobs)
  return {
    restoration: restoreService(index, tombs, config.deleteGrace),
    reindex: reindexService(index),
    rebuilding: rebuildService(index, storedBlobs, tombs, { inflatedBytes: config.maxInflatedBytes }),
    purging: purgeService(index, blobs, cache, tombs, config.deleteGrace),
    verification: verifyService(index, storedBlobs, tombs),
    schema: index.schema,
    openCopy: async to => {
      refuseNewer(index.schema.newer)
      const copy = configured(to)
      const copyParts = await openParts(copy)
      const settings = { connections: config.indexPool, timeoutMs: config.indexTimeout }
      return {
        copying: copyService(stored(parts), stored(copyParts), (tell, signal) =>
          copyIndex(config.index, copy.index, settings, tell, signal),
        ),
        close: () => copyParts.close(),
      }
    },
    close: () => parts.close(),
  }
}

function stored({ index, storedBlobs }: Parts): CopySide {
  return { index, blobs: storedBlobs }
}

function configured(place?: ArchivePlace): Config {
  const { index: FILMROOM_INDEX, blobs: FILMROOM_BLOBS } = place ?? {}
  return readConfig({ ...process.env, ...(place && { FILMROOM_INDEX, FILMROOM_BLOBS }) })
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
