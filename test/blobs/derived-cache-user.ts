/** One of several processes that use a derived cache: node derived-cache-user.js ROOT CAPACITY SEED
 *  Writes counts as JSON. */
import { derivedCache } from '../../src/blobs/derived-cache.js'

const [root = '', capacity = '', seed = ''] = process.argv.slice(2)
const NAMES = 60
const RUNS = 400
const counts = { found: 0, othersFound: 0, kept: 0, damaged: 0, wrong: 0 }
const cache = await derivedCache(root, Number(capacity))

for (let run = 0; run < RUNS; run += 1) {
  const n = (run * 7919 * Number(seed)) % NAMES
  const name = { of: 'something', as: String(n) }
  const file = await cache.get(name)
  if (file === undefined) {
    const writer = await cache.create(name, 0)
    // The maker comes first, and then what any maker would write.
    await writer?.write(Buffer.from(seed))
    for (let piece = 0; piece < 3; piece += 1) await writer?.write(contentOf(n))
    await writer?.commit()
    if (writer !== undefined) counts.kept += 1
    continue
  }
  const pieces: Uint8Array[] = []
  try {
    for await (const piece of file.read({ start: 0, end: file.sizeBytes })) pieces.push(piece)
    const bytes = Buffer.concat(pieces)
    const wanted = Buffer.concat([contentOf(n), contentOf(n), contentOf(n)])
    counts.found += 1
    if (!bytes.subarray(1).equals(wanted)) counts.wrong += 1
    else if (bytes.toString('latin1', 0, 1) !== seed) counts.othersFound += 1
  } catch {
    counts.damaged += 1
  } finally {
    await file.close()
  }
}
process.stdout.write(JSON.stringify(counts))

function contentOf(n: number): Buffer {
  return Buffer.alloc(5000 + n * 250, `name ${n} `)
}
