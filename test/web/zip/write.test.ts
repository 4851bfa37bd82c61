import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t, { type Test } from 'tap'
import { zipArchive, type ZipEntry } from '../../../src/web/zip/write.js'

const PYTHON = '/usr/bin/python3'
const modified = new Date(Date.UTC(2024, 1, 29, 13, 37, 58))

/** what Python's zipfile reads: names, sizes, dates, and the SHA-256 of each entry, whose CRC it checks */
const READ = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    found = []
    for i in z.infolist():
        digest = hashlib.sha256()
        with z.open(i) as f:
            while chunk := f.read(1 << 20):
                digest.update(chunk)
        found.append([i.filename, i.file_size, list(i.date_time), i.compress_type, i.flag_bits, i.extract_version, digest.hexdigest()])
    print(json.dumps(found))
`
type Read = [string, number, number[], number, number, number, string]

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    if (process.env['CI'] === 'true') throw new Error(`no ${command}: in CI this test may not be skipped`)
    return false
  }
}

async function written(t: Test, entries: Iterable<ZipEntry>): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zip-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  const file = path.join(folder, 'a.zip')
  await pipeline(Readable.from(zipArchive(entries)), createWriteStream(file))
  return file
}

async function* chunks(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece)
}

function read(file: string): Read[] {
  return JSON.parse(
    execFileSync(PYTHON, ['-c', READ, file], { encoding: 'utf8', maxBuffer: 1 << 28 }),
  ) as Read[]
}

const sha256 = (...pieces: Uint8Array[]): string => {
  const digest = createHash('sha256')
  for (const piece of pieces) digest.update(piece)
  return digest.digest('hex')
}

t.test(
  'APPNOTE 4.3: Python, unzip and zipinfo read what was written',
  { skip: !has(PYTHON, '-c', 'import zipfile') && 'no Python' },
  async t => {
    const bodies: [string, Uint8Array[]][] = [
      ['20240131 Schädel 頭/1 CT nativ/1.2.3.dcm', [Buffer.from('DICM'), Buffer.alloc(100_000, 7)]],
      ['20240131 Schädel 頭/1 CT nativ/1.2.4.dcm', []],
      ['x', [Buffer.from('PK\x03\x04 PK\x07\x08 PK\x01\x02 PK\x05\x06')]],
    ]
    const file = await written(
      t,
      bodies.map(([name, pieces], number) => ({
        name,
        modified,
        // one whose size nobody knows: 64 bits ahead of it
        mostBytes: number === 0 ? 2 ** 33 : 200_000,
        body: chunks(...pieces),
      })),
    )
    t.same(
      read(file),
      bodies.map(([name, pieces], number) => [
        name,
        Buffer.concat(pieces).length,
        [2024, 2, 29, 13, 37, 58],
        0,
        0x808,
        number === 0 ? 45 : 20,
        sha256(...pieces),
      ]),
    )
    if (has('unzip', '-v'))
      t.match(execFileSync('unzip', ['-t', file], { encoding: 'utf8' }), /No errors detected/)
    if (has('zipinfo', '-h'))
      t.match(
        execFileSync('zipinfo', [file], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } }),
        /3 files, 100023 bytes/,
      )
  },
)

t.test('an archive without entries is one too', async t => {
  t.same(read(await written(t, [])), [])
})

t.test(
  'APPNOTE 4.4.1.4: 70,000 entries need ZIP64',
  { skip: !has(PYTHON, '-c', '0') && 'no Python' },
  async t => {
    function* many(): Generator<ZipEntry> {
      for (let n = 0; n < 70_000; n++)
        yield { name: `${n}.dcm`, modified, mostBytes: 10, body: chunks(Buffer.from(String(n))) }
    }
    const file = await written(t, many())
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); n = z.namelist(); print(len(n), n[-1], z.read(n[-1]))'
    const output = execFileSync(PYTHON, ['-c', script, file], { encoding: 'utf8' })
    t.equal(output, "70000 69999.dcm b'69999'\n")
    if (has('unzip', '-v'))
      t.equal(execFileSync('unzip', ['-p', file, '12345.dcm'], { encoding: 'utf8' }), '12345')
  },
)

t.test(
  'APPNOTE 4.5.3: an entry and an offset beyond 4 GiB',
  { skip: process.env['ZIP_LARGE'] === undefined && 'ZIP_LARGE=1 writes 4.5 GB' },
  async t => {
    const block = Buffer.alloc(1 << 20, 0x5a)
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 4200; n++) yield await Promise.resolve(block)
    }
    const file = await written(t, [
      { name: 'large', modified, mostBytes: 4200 * block.length, body: large() },
      { name: 'after', modified, mostBytes: 5, body: chunks(Buffer.from('after')) },
    ])
    const found = read(file)
    t.same(
      found.map(([name, size]) => [name, size]),
      [
        ['large', 4200 * block.length],
        ['after', 5],
      ],
    )
    t.equal(found[1]?.[6], sha256(Buffer.from('after')))
    const unzip = spawn('unzip', ['-tqq', file], { stdio: 'inherit' })
    t.same(await once(unzip, 'exit'), [0, null])
  },
)

t.test('a body that fails leaves no end; leaving the loop returns what was being read', async t => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('a'))
    throw new Error('broken')
  }
  const pieces: Uint8Array[] = []
  await t.rejects(
    async () => {
      for await (const piece of zipArchive([{ name: 'a', modified, mostBytes: 10, body: failing() }]))
        pieces.push(piece)
    },
    { message: 'broken' },
  )
  t.notOk(Buffer.concat(pieces).includes('PK\x05\x06'))
  await t.rejects(async () => {
    for await (const piece of zipArchive([
      { name: 'a', modified, mostBytes: 1, body: chunks(Buffer.from('ab')) },
    ]))
      pieces.push(piece)
  }, RangeError)

  const returned: string[] = []
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('a'))
    } finally {
      returned.push('body')
    }
  }
  function* entries(): Generator<ZipEntry> {
    try {
      yield { name: 'a', modified, mostBytes: Infinity, body: body() }
    } finally {
      returned.push('entries')
    }
  }
  let seen = 0
  for await (const _ of zipArchive(entries())) if (++seen > 3) break
  t.same(returned, ['body', 'entries'])
})
