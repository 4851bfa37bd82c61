/** What must hold after a crash and a new start. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { askDigest, instancePath, search, STORED_SYNTAX, textOf, valueOf } from '../../dicomweb-client.js'
import type { RunningServer } from '../../server.js'
import type { Ledger } from './ledger.js'

export interface Found {
  /** empty where all is well; each says what is wrong and where */
  readonly faults: readonly string[]
  readonly visible: number
  readonly acknowledged: number
  /** blobs that no instance refers to, whole ones of uploads that were never answered */
  readonly orphans: number
}

/** Every acknowledged instance comes back byte for byte; every visible one is whole; counts are those of what can be
 *  retrieved; no file stands under a blob's name that is not some instance's bytes, whole. */
export async function checkArchive(server: RunningServer, ledger: Ledger): Promise<Found> {
  const faults: string[] = []
  const visible = new Set<string>()
  for (const study of await search(`${server.url}/studies`)) {
    const StudyInstanceUID = textOf(study, '0020000D')
    const rows = await search(`${server.url}/studies/${StudyInstanceUID}/instances`)
    const counted = Number(valueOf(study, '00201208'))
    if (counted !== rows.length)
      faults.push(`study ${StudyInstanceUID} counts ${counted} instances and has ${rows.length}`)
    const seriesCounts = new Map<string, number>()
    for (const row of rows) {
      const SOPInstanceUID = textOf(row, '00080018')
      const series = textOf(row, '0020000E')
      seriesCounts.set(series, (seriesCounts.get(series) ?? 0) + 1)
      visible.add(SOPInstanceUID)
      const got = await askDigest(server.url + instancePath(row), STORED_SYNTAX)
      if (got.status !== 200) faults.push(`visible instance ${SOPInstanceUID} answers ${got.status}`)
      else if (got.sha256 !== ledger.sent(SOPInstanceUID)?.sha256)
        faults.push(`visible instance ${SOPInstanceUID} has other bytes (${got.bytes}) than were sent`)
    }
    for (const row of await search(`${server.url}/studies/${StudyInstanceUID}/series`)) {
      const series = textOf(row, '0020000E')
      if (Number(valueOf(row, '00201209')) !== seriesCounts.get(series))
        faults.push(`series ${series} counts wrongly`)
      seriesCounts.delete(series)
    }
    if (seriesCounts.size > 0) faults.push(`${seriesCounts.size} series of ${StudyInstanceUID} are not found`)
  }
  const acknowledged = ledger.acknowledged()
  for (const SOPInstanceUID of acknowledged)
    if (!visible.has(SOPInstanceUID)) faults.push(`missing: ${SOPInstanceUID} was acknowledged`)
  const blobs = await checkBlobs(path.join(server.dataFolder, 'data', 'blobs'), ledger, faults)
  if (blobs < visible.size) faults.push(`${blobs} blobs for ${visible.size} instances`)
  return { faults, visible: visible.size, acknowledged: acknowledged.size, orphans: blobs - visible.size }
}

async function checkBlobs(folder: string, ledger: Ledger, faults: string[]): Promise<number> {
  let blobs = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    if (file.includes('.writing')) {
      faults.push('a temporary file of an earlier run was not swept')
      continue
    }
    blobs++
    const digest = createHash('sha256')
    await pipeline(createReadStream(file), digest)
    if (!ledger.isWhole(digest.digest('hex')))
      faults.push(`a blob of a name holds half an instance: ${entry.name}`)
  }
  return blobs
}
