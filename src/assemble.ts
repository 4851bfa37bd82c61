import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { spoolFolder } from './blobs/spool.js'
import type { Config } from './config.js'
import { Problem } from './dicom/problem.js'
import { buildApp } from './http/app.js'
import { leaveOf } from './http/leave.js'
import { imagingPool } from './imaging/pool.js'
import type { ProcessChannel } from './index/shared-writer.js'
import { openParts } from './open-parts.js'
import { animations } from './services/animations.js'
import { annotationLines } from './services/annotation-lines.js'
import { bulkResources } from './services/bulk-resources.js'
import { bulkdataService } from './services/bulkdata.js'
import { changeService } from './services/changes.js'
import { deleteService } from './services/delete.js'
import { derivedBytes } from './services/derived-bytes.js'
import { derivedObjects } from './services/derived-objects.js'
import { documentService } from './services/documents.js'
import { frameDescriptions } from './services/frame-descriptions.js'
import { frameTimes } from './services/frame-times.js'
import { frameService } from './services/frames.js'
import { instanceBytes } from './services/instance-bytes.js'
import { metadataService } from './services/metadata.js'
import { movingPictures } from './services/moving-pictures.js'
import { purgeService } from './services/purge.js'
import { startPurging } from './services/purging.js'
import { nativeIcon } from './services/native-icon.js'
import { knownGap } from './services/rebuild.js'
import { renderService } from './services/render.js'
import { renderables } from './services/renderable.js'
import { representatives } from './services/representative.js'
import { retrieveService } from './services/retrieve.js'
import { scopedPictures } from './services/scoped-pictures.js'
import { searchService } from './services/search.js'
import { seriesBundles } from './services/series-bundle.js'
import { seriesLabels } from './services/series-labels.js'
import { instanceAssembly } from './services/store-metadata.js'
import { storeService } from './services/store.js'
import { tombstones } from './services/tombstones.js'
import { isWrong } from './services/verify-report.js'
import { verifyService } from './services/verify.js'
import { startVerifying } from './services/verifying.js'
import { transcodeInstances } from './services/transcode-instance.js'
import { transcodeService } from './services/transcode.js'
import { videoEncoder } from './services/video-encoder.js'

export interface Filmroom {
  readonly app: FastifyInstance
  /** Answers 503 on /readyz from now on, lets running requests end for a while, then closes everything.
   * @param delayMs how long proxies get to learn of it (http/leave.ts); none by default */
  stop(drainMs: number, delayMs?: number): Promise<void>
}

const IDLE_CONNECTIONS_MS = 100

/** Builds the parts and hands them down. Each part gets what it needs as a parameter.
 * @param parent of a process that is one of several */
export async function assemble(config: Config, parent?: ProcessChannel): Promise<Filmroom> {
  const parts = await openParts(config, parent)
  const { index, blobs, storedBlobs, cache } = parts
  await storedBlobs.sweep()
  const bytes = instanceBytes(blobs, cache)
  const frames = frameService(index, bytes)
  const threads = config.renderThreads ?? Math.max(1, Math.floor(availableParallelism() / config.processes))
  const pool = imagingPool({ threads })
  const tombs = tombstones(index, storedBlobs)
  const bulkdata = bulkdataService(index, bytes, frames)
  const descriptions = frameDescriptions(index, bulkdata)
  const derived = derivedBytes(cache)
  const transcode = transcodeService(index, frames, pool, derived)
  const instances = transcodeInstances(index, bytes, transcode, nativeIcon(index, bulkdata, pool))
  const render = renderService(
    frames,
    descriptions,
    pool,
    derived,
    derivedObjects(index, frames, descriptions, bulkdata, pool),
    annotationLines(index),
  )
  let stopping = false
  const app = await buildApp(
    {
      store: storeService(
        index,
        blobs,
        tombs,
        config.duplicates,
        { instanceBytes: config.maxInstanceBytes, inflatedBytes: config.maxInflatedBytes },
        config.coerce,
      ),
      assembly: instanceAssembly(
        spoolFolder(path.join(config.data, 'spool')),
        {
          instanceBytes: config.maxInstanceBytes,
        },
        pool,
      ),
      search: searchService(index),
      metadata: metadataService(index, seriesBundles(index, cache)),
      retrieve: retrieveService(index, blobs, instances),
      seriesLabels: () => seriesLabels(index),
      frames,
      transcode,
      instanceSyntaxes: { targets: transcode.targets, possible: instances.possible },
      render,
      animations: animations(
        frames,
        frameTimes(index),
        movingPictures(frames, descriptions, pool, render),
        pool,
        derived,
        videoEncoder(path.join(config.data, 'spool')),
      ),
      documents: documentService(index, bytes, pool),
      renderables: renderables(index, frames, bulkdata),
      representatives: representatives(index),
      scopedPictures: scopedPictures(index),
      delete: deleteService(index, tombs),
      changes: changeService(index),
      bulkdata,
      bulkResources: bulkResources(index, bulkdata),
      readiness: async () => {
        if (stopping) throw new Problem('unavailable', 'the server is stopping')
        await index.ready()
      },
    },
    config,
  )
  const leave = leaveOf(app.server)
  if (!(await index.isFilled()))
    app.log.warn(
      'searches do not find by all attributes what was stored earlier, or under another FILMROOM_SEARCH_ATTRIBUTES: run `filmroom reindex`, also while this server runs',
    )
  const gap = await knownGap(index, storedBlobs)
  if (gap !== undefined) app.log.warn(gap)
  const purging = startPurging(
    index,
    purgeService(index, blobs, cache, tombs, config.deleteGrace),
    config.deleteGrace,
    error => {
      app.log.error({ err: error }, 'the purge of deleted instances failed')
    },
  )
  const verifying =
    config.verify === undefined
      ? undefined
      : startVerifying(index, verifyService(index, storedBlobs, tombs), config.verify, {
          done: counts => {
            if (isWrong(counts))
              app.log.warn({ verified: counts }, 'verified: something is wrong, run `filmroom verify`')
            else app.log.info({ verified: counts }, 'verified: nothing is wrong')
          },
          failed: error => {
            app.log.error({ err: error }, 'the verification in the background failed')
          },
        })
  return {
    app,
    async stop(drainMs, delayMs = 0) {
      stopping = true
      let cut: NodeJS.Timeout | undefined
      await leave.take(delayMs, () => {
        cut = setTimeout(() => {
          app.server.closeAllConnections()
        }, drainMs)
      })
      // A connection that is kept for a next request would hold the stop up once its last one has ended.
      const idle = setInterval(() => {
        app.server.closeIdleConnections()
      }, IDLE_CONNECTIONS_MS)
      await app.close()
      clearTimeout(cut)
      clearInterval(idle)
      await pool.close()
      await purging.stop()
      await verifying?.stop()
      await parts.close()
    },
  }
}
