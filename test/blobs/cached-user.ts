/** One of several processes with the same cache of blobs: node cached-user.js BLOBS CACHE CAPACITY SEED
 *  Writes counts as JSON. */
import { cachedBlobs } from '../../src/blobs/cached.js'
import { derivedCache } from '../../src/blobs/derived-cache.js'
import { folderBlobStore } from '../../src/blobs/folder.js'

const [blobs = '', root = '', capacity = '', seed = ''] = process.argv.slice(2)
const KEYS = 60
const READS = 400
const counts = { read: 0, asked: 0, wrong: 0 }
const store = await folderBlobStore(blobs)
const far = Object.assign(Object.create(store) as typeof store, {
  create: store.create.bind(store),
  read: (...args: Parameters<typeof store.read>) => {
    counts.asked += 1
    return store.read(...args)
  },
  close: store.close.bind(store),
})
const cached = cachedBlobs(far, await derivedCache(root, Number(capacity)), 1 << 20)

for (let n = 0; n < READS; n += 1) {
  // A third of the keys are asked for twice as often as the others.
  const wide = (n * 7919 * Number(seed)) % KEYS
  const key = n % 2 === 0 ? wide : wide % (KEYS / 3)
  const range = { start: 1000, end: 100_000 + key * 5000 }
  const bytes = Buffer.from(await cached.read(`aa/${key}`, range))
  counts.read += 1
  if (!bytes.equals(Buffer.alloc(range.end, `blob ${key} `).subarray(range.start))) counts.wrong += 1
}
await cached.close()
process.stdout.write(JSON.stringify(counts))
