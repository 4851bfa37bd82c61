/** What every blob store does, in S3. */
import type { Test } from 'tap'
import { blobStoreConformance } from '../../blobs/blob-store-conformance.js'
import type { S3Server } from '../../s3-server.js'
import { openIn } from './stores.js'

const MIB = 1024 * 1024

export function conformance(t: Test, server: S3Server): void {
  t.jobs = 2
  t.test('the S3 store keeps the contract', t => {
    blobStoreConformance(t, async t => (await openIn(t, server)).store)
    t.end()
  })

  t.test('it keeps the contract with hardly any memory, under a prefix, in the smallest parts', t => {
    blobStoreConformance(
      t,
      async t =>
        (
          await openIn(t, server, {
            prefix: 'some/where/',
            gatherBytes: 0,
            inFlightBytes: 0,
            parts: { firstBytes: 5 * MIB, ofASize: 1, largestBytes: 16 * MIB },
          })
        ).store,
    )
    t.end()
  })
  t.end()
}
