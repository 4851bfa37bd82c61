import assert from 'node:assert/strict'
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { combineCrc32, gzipSplicer } from '../../src/services/gzip-splice.js'

t.test('the combined CRC-32 of two texts is that of both in one', async t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (a, b) => {
      assert.equal(combineCrc32(crc32(a), crc32(b), b.length), crc32(Buffer.concat([a, b])))
    }),
  )
  const long = Buffer.alloc(5_000_000, 'film')
  t.equal(
    combineCrc32(crc32(Buffer.from('x')), crc32(long), long.length),
    crc32(Buffer.concat([Buffer.from('x'), long])),
  )
})

t.test('runs and stored blocks spliced together are one gzip member of their texts (RFC 1952)', async () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 8 }), texts => {
      const splicer = gzipSplicer()
      const pieces: Uint8Array[] = [splicer.header, splicer.stored(Buffer.from('['))]
      for (const text of texts) {
        pieces.push(deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }))
        splicer.run({ crc: crc32(text), length: text.length })
        pieces.push(splicer.stored(Buffer.from(',')))
      }
      pieces.push(splicer.trailer())
      const expected = Buffer.concat([Buffer.from('['), ...texts.flatMap(text => [text, Buffer.from(',')])])
      assert.deepEqual(gunzipSync(Buffer.concat(pieces)), expected)
    }),
  )
})

t.test('a run whose length or CRC is told wrong is refused by gunzip', async t => {
  const text = Buffer.from('metadata')
  const splicer = gzipSplicer()
  const run = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })
  splicer.run({ crc: crc32(text) ^ 1, length: text.length })
  t.throws(() => gunzipSync(Buffer.concat([splicer.header, run, splicer.trailer()])), {
    code: 'Z_DATA_ERROR',
  })
})
