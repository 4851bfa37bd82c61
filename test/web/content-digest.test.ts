import { createHash } from 'node:crypto'
import t from 'tap'
import { parseContentDigest } from '../../src/web/content-digest.js'

const digest = (algorithm: string): Buffer => createHash(algorithm).update('hello').digest()
const SHA_256 = `sha-256=:${digest('sha256').toString('base64')}:`
const SHA_512 = `sha-512=:${digest('sha512').toString('base64')}:`

t.test('RFC 9530 2 reads the digests that it knows', async t => {
  const sha256 = new Uint8Array(digest('sha256'))
  const sha512 = new Uint8Array(digest('sha512'))
  t.same(parseContentDigest(SHA_256), { sha256 })
  t.same(parseContentDigest(`${SHA_256}, ${SHA_512}`), { sha256, sha512 })
  t.same(parseContentDigest(`  ${SHA_512} \t,\t${SHA_256};a=1; b  `), { sha256, sha512 })
  t.same(
    parseContentDigest(`sha-256=:AAAA:,${SHA_256}`),
    { sha256 },
    'of two of one name the last (RFC 9651)',
  )
})

t.test('RFC 9530 5 ignores algorithms that it does not know', async t => {
  t.equal(parseContentDigest('md5=:AAAA:, crc32c=:AAAA:'), undefined)
  t.same(parseContentDigest(`md5=:AAAA:, ${SHA_256}`), { sha256: new Uint8Array(digest('sha256')) })
})

t.test('says nothing where the field is absent or empty', async t => {
  for (const field of [undefined, '', '  ']) t.equal(parseContentDigest(field), undefined)
})

t.test('RFC 9651 4.2 calls a field unreadable that is no dictionary of byte sequences', async t => {
  for (const field of [
    'sha-256',
    'sha-256=abc',
    'SHA-256=:AAAA:',
    'sha-256=:AA*A:',
    'sha-256=:AAAA',
    `${SHA_256},`,
    `${SHA_256} ${SHA_512}`,
    `,${SHA_256}`,
    'md5=1',
    '=:AAAA:',
    `sha-256=:${'A'.repeat(16_000)}`,
    'sha-256=:AAAA:;'.repeat(1000),
  ])
    t.equal(parseContentDigest(field), 'unreadable', field.slice(0, 60))
})
