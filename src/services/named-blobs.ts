import type { NamedBlob, Verification } from '../index/verification.js'

const PAGE_ROWS = 500

/** Instances by their blobs, ascending; deleted ones too.
 * @param from only greater keys */
export async function* namedBlobs(
  verification: Pick<Verification, 'instances'>,
  from = '',
): AsyncGenerator<NamedBlob, void, undefined> {
  for (let after = from; ;) {
    const page = await verification.instances(after, PAGE_ROWS)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE_ROWS) return
    after = last.blobKey
  }
}
