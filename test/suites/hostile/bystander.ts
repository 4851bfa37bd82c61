/** Somebody who uses the server as one should, while others do not. */
import { createHash } from 'node:crypto'
import { askDigest, search, store, STORED_SYNTAX } from '../../dicomweb-client.js'
import { ctImage } from '../../made-dicom.js'
import type { RunningServer } from '../../server.js'
import type { Ledger } from '../crash/ledger.js'

/** Stores, finds and retrieves again and again until the other one has come to an end.
 * @returns how many rounds went well
 * @throws Error where one did not */
export async function besideBystander(
  server: RunningServer,
  ledger: Ledger,
  other: () => Promise<void>,
): Promise<number> {
  let over = false
  let rounds = 0
  const round = async (): Promise<void> => {
    const { bytes, pixels: _, ...uids } = ctImage()
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    ledger.send({ ...uids, sha256 })
    const stored = await store(server.url, [bytes])
    if (stored.status !== 200) throw new Error(`a bystander's upload was answered ${stored.status}`)
    ledger.acknowledge(uids.SOPInstanceUID)
    const path = `/studies/${uids.StudyInstanceUID}/series/${uids.SeriesInstanceUID}/instances/${uids.SOPInstanceUID}`
    const got = await askDigest(server.url + path, STORED_SYNTAX)
    if (got.sha256 !== sha256)
      throw new Error(`a bystander got ${got.status} and other bytes than it had stored`)
    const found = await search(`${server.url}/studies?StudyInstanceUID=${uids.StudyInstanceUID}`)
    if (found.length !== 1) throw new Error(`a bystander found ${found.length} studies of one`)
    rounds++
  }
  const bystander = async (): Promise<void> => {
    do {
      await round()
      await new Promise(resolve => setTimeout(resolve, 50))
    } while (!over)
  }
  await Promise.all([bystander(), other().finally(() => (over = true))])
  return rounds
}
