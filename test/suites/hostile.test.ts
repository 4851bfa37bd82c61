/** Bad input over raw sockets: a clear status, memory and time bounded, others served meanwhile, the server alive, nothing
 *  half-stored visible. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { askDigest, askWhole, readStoreAnswer, search, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage, type MadeInstance } from '../made-dicom.js'
import { isAlive, memoryOf, startServer } from '../server.js'
import { checkArchive } from './crash/check.js'
import { Ledger } from './crash/ledger.js'
import { besideBystander } from './hostile/bystander.js'
import {
  BOUNDARY,
  breakOff,
  CLOSING,
  connect,
  exchange,
  PART_HEAD,
  storeBytes,
  storeHead,
  type RawAnswer,
} from './hostile/raw-socket.js'

const MIB = 1024 * 1024
const MOST_GROWTH_BYTES = 150 * MIB
const CANNOT_UNDERSTAND = 0xc000

t.setTimeout(0)

t.test('bad input over raw sockets', async t => {
  const server = await startServer(t, { FILMROOM_UPLOAD_IDLE: '2s', FILMROOM_MAX_INFLATED_BYTES: '16MiB' })
  const ledger = new Ledger()
  await besideBystander(server, ledger, () => Promise.resolve())
  const idle = memoryOf(server.pid).now
  const { port } = server

  /** Runs one piece of trouble beside somebody who works. */
  const trouble = (name: string, run: (t: Test) => Promise<void>): unknown =>
    t.test(name, { timeout: 120_000 }, async t => {
      t.ok((await besideBystander(server, ledger, () => run(t))) > 0, 'others are served meanwhile')
      t.ok(isAlive(server.pid), 'the server is alive')
      const { peak } = memoryOf(server.pid)
      t.ok(peak - idle < MOST_GROWTH_BYTES, `${Math.round((peak - idle) / MIB)} MiB over idle at most`)
    })
  const made = (options: Parameters<typeof ctImage>[0] = {}): MadeInstance => {
    const instance = ctImage(options)
    const { pixels: _, bytes, ...uids } = instance
    ledger.send({ ...uids, sha256: createHash('sha256').update(bytes).digest('hex') })
    return instance
  }
  const isVisible = async (instance: MadeInstance): Promise<boolean> =>
    (await search(`${server.url}/instances?SOPInstanceUID=${instance.SOPInstanceUID}`)).length === 1

  trouble('a file that ends early fails by itself; its neighbours are stored', async t => {
    const [first, cut, last] = [made(), made({ rows: 64, columns: 64 }), made()]
    for (const bytes of [300, 1, 131, cut.bytes.length - 1]) {
      const answer = await exchange(
        port,
        storeBytes(port, [
          ...part(first.bytes),
          ...part(cut.bytes.subarray(0, bytes)),
          ...part(last.bytes),
          CLOSING,
        ]),
      )
      t.equal(answer.status, 202, `cut after ${bytes} bytes`)
      t.strictSame(reported(answer), {
        stored: [first.SOPInstanceUID, last.SOPInstanceUID],
        failed: [CANNOT_UNDERSTAND],
      })
      t.notOk(await isVisible(cut))
    }
  })

  trouble(
    'without the final boundary the whole parts are stored and reported, the cut one failed',
    async t => {
      const [whole, cut, alone] = [made(), made(), made()]
      const answer = await exchange(port, storeBytes(port, [...part(whole.bytes), PART_HEAD, cut.bytes]))
      t.equal(answer.status, 202)
      t.strictSame(reported(answer), { stored: [whole.SOPInstanceUID], failed: [CANNOT_UNDERSTAND] })
      t.notOk(await isVisible(cut))
      const none = await exchange(port, storeBytes(port, [PART_HEAD, alone.bytes.subarray(0, 500)]))
      t.equal(none.status, 400)
      t.notOk(await isVisible(alone))
    },
  )

  trouble('a body that does not use the boundary it announced is 400', async t => {
    const instance = made()
    const body = Buffer.concat(storePieces([...part(instance.bytes), CLOSING]))
    const renamed = body.toString('latin1').replaceAll(BOUNDARY, 'another')
    t.equal((await exchange(port, storeBytes(port, [Buffer.from(renamed, 'latin1')]))).status, 400)
    t.notOk(await isVisible(instance))
  })

  trouble('the boundary inside the data is data where no line starts with it', async t => {
    const lookAlikes = [
      `--${BOUNDARY}\r\n`,
      `\n--${BOUNDARY}--\r\n`,
      `\r--${BOUNDARY}`,
      `\r\n--${BOUNDARY}x\r\n`,
      `\r\n--b0`,
    ]
    for (const text of lookAlikes) {
      const instance = made({
        pixels: Buffer.from(`${'x'.repeat(40)}${text}${'y'.repeat(41)}`.slice(0, 128).padEnd(128)),
      })
      const answer = await exchange(port, storeBytes(port, [...part(instance.bytes), CLOSING]))
      t.equal(answer.status, 200, JSON.stringify(text))
      t.ok(await isVisible(instance))
    }
    const cut = made({ pixels: Buffer.from(`x\r\n--${BOUNDARY}\r\n`.padEnd(128)) })
    const answer = await exchange(port, storeBytes(port, [...part(cut.bytes), CLOSING]))
    t.equal(answer.status, 409, 'where a line does start with it, the file ends there')
    t.notOk(await isVisible(cut))
  })

  trouble('a connection that breaks in mid part leaves nothing of that part', async t => {
    const [whole, cut] = [made(), made({ rows: 512, columns: 512 })]
    const pieces = [...part(whole.bytes), PART_HEAD, cut.bytes.subarray(0, 300_000)]
    await breakOff(
      port,
      Buffer.concat([Buffer.from(storeHead(port, ['Content-Length: 9000000'])), ...storePieces(pieces)]),
    )
    await breakOff(
      port,
      Buffer.concat([
        Buffer.from(storeHead(port, ['Transfer-Encoding: chunked'])),
        Buffer.from('7d00\r\n'),
        ...storePieces([PART_HEAD, cut.bytes.subarray(0, 20_000)]),
      ]),
    )
    for (let i = 0; i < 100 && !(await isVisible(whole)); i++) await pause(50)
    t.ok(await isVisible(whole), 'the whole part before it is stored')
    t.notOk(await isVisible(cut))
  })

  trouble('a thousand empty parts fail one by one', async t => {
    const good = made()
    const empty = Array.from({ length: 1000 }, () => part(Buffer.alloc(0))).flat()
    const answer = await exchange(port, storeBytes(port, [...empty, CLOSING]))
    t.equal(answer.status, 409)
    t.equal(reported(answer).failed.length, 1000)
    const mixed = await exchange(port, storeBytes(port, [...empty, ...part(good.bytes), CLOSING]))
    t.equal(mixed.status, 202)
    t.strictSame(reported(mixed).stored, [good.SOPInstanceUID])
  })

  trouble('a part header of a megabyte is 400', async t => {
    const header = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\nX-Long: ${'x'.repeat(MIB)}\r\n\r\n`
    t.equal((await exchange(port, storeBytes(port, [header, made().bytes, '\r\n', CLOSING]))).status, 400)
  })

  trouble('a part header that never ends is ended', async t => {
    async function* endless(): AsyncGenerator<string> {
      yield storeHead(port, ['Transfer-Encoding: chunked'])
      yield chunked(`--${BOUNDARY}\r\n`)
      for (;;) {
        yield chunked(`X-Header: ${'y'.repeat(65_000)}\r\n`)
        await pause(1)
      }
    }
    t.equal((await exchange(port, endless())).status, 400)
  })

  trouble('a request header that never ends is ended', async t => {
    async function* endless(): AsyncGenerator<string> {
      yield 'GET /dicomweb/studies HTTP/1.1\r\nHost: x\r\n'
      for (;;) {
        yield `X-Header: ${'y'.repeat(1000)}\r\n`
        await pause(1)
      }
    }
    t.equal((await exchange(port, endless())).status, 431)
  })

  trouble('Transfer-Encoding beside Content-Length is 400', async t => {
    const body = Buffer.concat(storePieces([...part(made().bytes), CLOSING])).toString('latin1')
    const head = storeHead(port, ['Transfer-Encoding: chunked', `Content-Length: ${body.length}`])
    t.equal((await exchange(port, Buffer.from(`${head}${chunked(body)}0\r\n\r\n`, 'latin1'))).status, 400)
  })

  trouble('UIDs that are paths are refused, and no file is made of them', async t => {
    for (const uid of [
      '../../../evil',
      '/etc/evil',
      '1.2.3/../../evil',
      '..',
      '1.2.%2e%2e',
      '1..2',
      'a',
      '1.2.3\\evil',
    ]) {
      const bad = { bytes: ctImage({ instance: uid }).bytes, study: ctImage({ study: uid }).bytes }
      for (const bytes of Object.values(bad)) {
        const answer = await exchange(port, storeBytes(port, [...part(bytes), CLOSING]))
        t.equal(answer.status, 409, uid)
        t.notMatch(answer.text, 'evil', 'its text is not repeated')
      }
      const { status } = await exchange(
        port,
        `GET /dicomweb/studies/${encodeURIComponent(uid)}/metadata HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      )
      t.ok(status === 400 || status === 404, `${uid}: ${status}`)
    }
    const raw = await exchange(
      port,
      'GET /dicomweb/studies/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )
    t.ok(raw.status === 400 || raw.status === 404, `${raw.status}`)
    t.notOk(existsSync(path.join(server.dataFolder, 'evil')))
  })

  trouble('an upload of a byte a second ends with 408', async t => {
    const instance = made()
    async function* slow(): AsyncGenerator<Uint8Array | string> {
      yield storeHead(port, ['Content-Length: 100000'])
      yield PART_HEAD
      for (const byte of instance.bytes) {
        await pause(1000)
        yield Uint8Array.of(byte)
      }
    }
    t.equal((await exchange(port, slow())).status, 408)
    const silent = await exchange(port, storeHead(port, ['Content-Length: 100000']))
    t.equal(silent.status, 408, 'and so does one that sends nothing')
    t.notOk(await isVisible(instance))
  })

  trouble('200 idle connections keep nobody out', async t => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => connect(port)))
    for (const socket of sockets.slice(0, 100)) socket.write('POST /dicomweb/studies HTTP/1.1\r\nHost: x\r\n')
    const { status } = await askWhole(`${server.url}/studies?limit=1`)
    t.equal(status, 200)
    await pause(500)
    for (const socket of sockets) socket.destroy()
  })

  trouble('an instance that names a value of 4 GiB and ends is cut', async t => {
    const header = ctImage({ without: ['7FE00010'] }).bytes
    const liar = Buffer.concat([
      header,
      Buffer.from('e07f1000', 'hex'),
      Buffer.from('OW\0\0'),
      Buffer.from('feffffff', 'hex'),
    ])
    const answer = await exchange(port, storeBytes(port, [...part(liar), CLOSING]))
    t.equal(answer.status, 409)
    // Content Sequence (0040,A730) and an item, both of undefined length
    const level = Buffer.from('400030a753510000fffffffffeff00e0ffffffff', 'hex')
    const nest = Buffer.concat(Array.from({ length: 20_000 }, () => level))
    const nested = await exchange(port, storeBytes(port, [...part(Buffer.concat([header, nest])), CLOSING]))
    t.ok(nested.status === 409 || nested.status === 413, `20,000 nested sequences: ${nested.status}`)
  })

  trouble('every bad file of the corpus is stored and comes back as it came, or fails clearly', async t => {
    const skip = withoutCorpus()
    if (skip !== false) {
      t.comment(`skipped: ${skip}`)
      return
    }
    const outcomes: Record<string, number> = {}
    for (const file of corpusFiles().filter(one => one.path.startsWith('bad/'))) {
      const bytes = readFileSync(file.file)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const answer = await store(server.url, [bytes])
      outcomes[answer.status] = (outcomes[answer.status] ?? 0) + 1
      t.ok([200, 202, 409, 413].includes(answer.status), `${file.path}: ${answer.status}`)
      for (const uid of answer.stored) {
        const [row] = await search(`${server.url}/instances?SOPInstanceUID=${uid}`)
        const url = String((row?.['00081190']?.Value ?? [])[0])
        const got = await askDigest(url, STORED_SYNTAX)
        if (got.sha256 !== sha256) t.fail(`${file.path} came back with other bytes`, { got })
        ledger.send({ StudyInstanceUID: '', SeriesInstanceUID: '', SOPInstanceUID: uid, sha256 })
      }
      if (file.path.endsWith('made-deflate-bomb.dcm'))
        t.strictSame(answer.stored, [], 'the bomb is not stored')
    }
    t.comment(JSON.stringify(outcomes))
  })

  t.test('after all of it nothing half-stored is visible and nothing was lost', async t => {
    const found = await checkArchive(server, ledger)
    t.strictSame(found.faults, [])
    t.equal(found.orphans, 0, 'no blob is left that no instance refers to')
    t.comment(JSON.stringify({ ...found, faults: undefined, memory: memoryOf(server.pid), idle }))
    t.equal(await server.stop(), 0)
  })
})

function part(bytes: Uint8Array): (Uint8Array | string)[] {
  return [PART_HEAD, bytes, '\r\n']
}

function storePieces(pieces: readonly (Uint8Array | string)[]): Buffer[] {
  return pieces.map(piece => Buffer.from(piece as Uint8Array))
}

function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

function reported(answer: RawAnswer): { stored: readonly string[]; failed: readonly number[] } {
  const end = answer.text.indexOf('\r\n\r\n') + 4
  const body = answer.text.slice(end)
  const isChunked = /^transfer-encoding: chunked\r$/im.test(answer.text.slice(0, end))
  return readStoreAnswer(JSON.parse(isChunked ? withoutChunks(body) : body))
}

function withoutChunks(body: string): string {
  let text = ''
  for (let at = 0; ;) {
    const sizeEnd = body.indexOf('\r\n', at)
    const size = parseInt(body.slice(at, sizeEnd), 16)
    if (!(size > 0)) return text
    text += body.slice(sizeEnd + 2, sizeEnd + 2 + size)
    at = sizeEnd + 2 + size + 2
  }
}
