/** Header of a CT slice: our parser against dcmjs, in one run. Prints one JSON line.
 *  The file is `PARSE_FILE`, or the corpus's CT of 277 elements in explicit VR. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import dcmjs from 'dcmjs'
import { USUAL_ATTRIBUTES } from '../src/dicom/indexed-attributes.js'
import { ByteFeed } from '../src/dicom/part10/byte-feed.js'
import { DatasetReader } from '../src/dicom/part10/dataset-reader.js'
import { MetaGroup } from '../src/dicom/part10/meta-group.js'
import { DEFAULT_PART10_LIMITS } from '../src/dicom/part10/parsed-dataset.js'
import { part10Reader } from '../src/dicom/part10/reader.js'
import { CORPUS } from '../test/corpus.js'

const ROUNDS = 2000
const CHUNK_BYTES = 64 * 1024
const CT =
  'transfer-syntax/ct-image-15-ways/CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm'

const file = process.env['PARSE_FILE'] ?? path.join(CORPUS, CT)
const bytes = readFileSync(file)
const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const keep = new Set([...USUAL_ATTRIBUTES.tags].map(tag => parseInt(tag, 16)))

/** Bytes to JSON text, bulk table and what the frame table is made of; no deflate. */
function parseToText(): number {
  const start = performance.now()
  const dataset = new DatasetReader(keep, DEFAULT_PART10_LIMITS)
  const meta = new MetaGroup(() => {
    dataset.TransferSyntaxUID = meta.TransferSyntaxUID
    feed.parser = dataset
  })
  const feed = new ByteFeed(meta)
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) feed.push(bytes.subarray(at, at + CHUNK_BYTES))
  dataset.finish(feed.held, feed.offset, feed.skip)
  dataset.finishText()
  return performance.now() - start
}

/** loopMs: what the event loop does, the handing over to the thread pool included. */
async function parseWhole(): Promise<{ loopMs: number; wholeMs: number }> {
  const start = performance.now()
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags })
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const waiting = reader.write(bytes.subarray(at, at + CHUNK_BYTES))
    if (waiting !== undefined) await waiting
  }
  const ending = reader.end()
  const loopMs = performance.now() - start
  await ending
  return { loopMs, wholeMs: performance.now() - start }
}

function parseDcmjs(): number {
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const start = performance.now()
  const read = dcmjs.data.DicomMessage.readFile(copy, { untilTag: '7FE00010', noCopy: true })
  JSON.stringify(read.dict)
  return performance.now() - start
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Number((sorted[Math.floor(q * (sorted.length - 1))] ?? NaN).toFixed(4))
}

dcmjs.log.getLogger('validation.dcmjs').setLevel('silent')
const text: number[] = []
const loop: number[] = []
const whole: number[] = []
const peer: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const textMs = parseToText()
  const { loopMs, wholeMs } = await parseWhole()
  const peerMs = round % 4 === 0 ? parseDcmjs() : undefined
  if (round % 10 === 0) await pause()
  // the first rounds are the compiler's
  if (round < ROUNDS / 4) continue
  text.push(textMs)
  loop.push(loopMs)
  whole.push(wholeMs)
  if (peerMs !== undefined) peer.push(peerMs)
}
const ours = quantile(text, 0.5)
const theirs = quantile(peer, 0.5)
console.log(
  JSON.stringify({
    bench: 'parse',
    file: path.basename(file),
    oursMs: ours,
    oursP95Ms: quantile(text, 0.95),
    oursWithFramesAndAttributesMs: quantile(loop, 0.5),
    oursWithDeflateMs: quantile(whole, 0.5),
    dcmjsMs: theirs,
    ratio: Number((theirs / ours).toFixed(2)),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    node: process.version,
  }),
)
