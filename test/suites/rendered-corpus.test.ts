/** Images of the corpus (FILMROOM_ALL_FILES=true: all, else few slices of the long series) as PNG, beside the picture that DCMTK draws
 *  of each: the frame that stands for the instance, by the same window. PS3.18 10.4.1.1.3, 8.7.4 */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import {
  ALL_FILES,
  CORPUS,
  corpusFiles,
  sampledCorpusFiles,
  withoutCorpus,
  type CorpusFile,
} from '../corpus.js'
import { askWhole, instancePath, search, store, type Answer } from '../dicomweb-client.js'
import { dcmtkPicture, meanDifference, withoutDcmtk, type Pixels } from '../oracles/dcmtk-picture.js'
import { pydicomPictures, type PydicomPicture } from '../oracles/pydicom-picture.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { startServer, temporaryFolder } from '../server.js'
import {
  DERIVED_OBJECTS,
  MORE_FLAGS,
  NO_REFERENCE,
  REFUSED,
  SAME_PIXELS,
} from './rendered-corpus-exceptions.js'

const AT_ONCE = 4
/** Of 889 files, or 546: with another count, files were added, or are no longer found. */
const COMPARED = ALL_FILES ? 624 : 323
/** Mean absolute difference, in greys. */
const LIMITS = { losslessGrey: 1, other: 2 }
const LOSSLESS = /\b1\.2\.840\.10008\.1\.2(|\.[12]|\.1\.9[89]|\.5|\.4\.(57|70|80|90))$/
const WITHOUT_UIDS = 0xc000

interface Wanted {
  readonly path: string
  readonly frame: number
  readonly flags: readonly string[]
  readonly reference: 'dcmtk' | 'pydicom'
  readonly aspect: number
}

t.setTimeout(0)

const skip = withoutCorpus() || withoutDcmtk() || withoutPydicom()

t.test('8.7.4 a picture of each image of the corpus, beside that of DCMTK', { skip }, async t => {
  const server = await startServer(t)
  const folder = temporaryFolder(t)
  const pydicomPicture = pydicomPictures(t)
  const images = sampledCorpusFiles().filter(isCompared)
  const wanted = flagsOf(images)
  const outcomes: Record<string, number> = {}
  await Promise.all(
    inQueues(images).map(async queue => {
      for (const file of queue) {
        const picture = await pictureOf(server.url, file)
        const outcome = await judge(t, file, picture, wanted, folder, pydicomPicture)
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      }
    }),
  )
  t.comment(JSON.stringify(outcomes))
  t.equal(outcomes['compared'], COMPARED, 'pictures compared')
})

t.test('bad files give problems, and end no server', { skip }, async t => {
  const server = await startServer(t)
  const bad = corpusFiles().filter(file => file.path.startsWith('bad/'))
  const statuses: Record<number, number> = {}
  for (const file of bad) {
    const picture = await pictureOf(server.url, file)
    if (picture === undefined) continue
    statuses[picture.status] = (statuses[picture.status] ?? 0) + 1
    t.ok([200, 404, 406, 413].includes(picture.status), `${file.path}: ${picture.status}`)
    if (picture.status !== 200)
      t.equal(picture.headers['content-type'], 'application/problem+json', file.path)
  }
  t.comment(JSON.stringify(statuses))
  t.ok([200, 204].includes((await askWhole(`${server.url}/studies`)).status), 'it answers still')
})

function isCompared({ path: inside, columns }: CorpusFile): boolean {
  const [sopClass = ''] = (columns['sop_class'] ?? '').split(/ (?=1\.2\.)/)
  return (
    !inside.startsWith('bad/') && /\d/.test(columns['rows_x_cols'] ?? '') && !DERIVED_OBJECTS.has(sopClass)
  )
}

/** Files of one UID stay in one queue: one is deleted before the next is stored. */
function inQueues(files: readonly CorpusFile[]): readonly (readonly CorpusFile[])[] {
  const queues = Array.from({ length: AT_ONCE }, (): CorpusFile[] => [])
  const queueOf = new Map<string, CorpusFile[]>()
  for (const file of files) {
    const uid = file.columns['sop_instance_uid'] ?? ''
    const shortest = queues.reduce((a, b) => (a.length <= b.length ? a : b))
    const queue = queueOf.get(uid) ?? shortest
    queueOf.set(uid, queue)
    queue.push(file)
  }
  return queues
}

function flagsOf(files: readonly CorpusFile[]): ReadonlyMap<string, Wanted> {
  const output = execFileSync('/usr/bin/python3', [path.resolve('test/oracles/dcm2pnm_flags.py')], {
    input: files.map(({ file }) => `${file}\n`).join(''),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 64 << 20,
  })
  const answers = output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Wanted)
  return new Map(answers.map(answer => [answer.path, answer]))
}

/** @returns undefined where the file cannot be stored: it has no UIDs */
async function pictureOf(root: string, file: CorpusFile): Promise<(Answer & { bytes: Buffer }) | undefined> {
  const { stored, failed } = await store(root, [readFileSync(file.file)])
  const [uid] = stored
  if (uid === undefined) {
    if (failed[0] !== WITHOUT_UIDS && !file.path.startsWith('bad/'))
      throw new Error(`${file.path} is not stored`)
    return undefined
  }
  const [row] = await search(`${root}/instances?SOPInstanceUID=${uid}`)
  if (row === undefined) throw new Error(`${file.path} is not found`)
  const url = `${root}${instancePath(row)}`
  const answer = await askWhole(`${url}/rendered`, { headers: { accept: 'image/png' } })
  await askWhole(url, { method: 'DELETE' })
  return answer
}

async function judge(
  t: Test,
  file: CorpusFile,
  picture: (Answer & { bytes: Buffer }) | undefined,
  flags: ReadonlyMap<string, Wanted>,
  folder: string,
  pydicomPicture: PydicomPicture,
): Promise<string> {
  if (picture === undefined) return 'without UIDs'
  const refused = found(REFUSED, file.path)
  if (refused !== undefined) {
    t.ok(refused.status.includes(picture.status), `${file.path} is answered ${picture.status}`)
    return refused.reason
  }
  if (picture.status !== 200) {
    t.fail(`${file.path} is answered ${picture.status}: ${picture.bytes.toString('utf8', 0, 300)}`)
    return 'failed'
  }
  const other = SAME_PIXELS[file.path]
  const without = other === undefined ? found(NO_REFERENCE, file.path) : undefined
  if (without !== undefined) return without
  const source = other === undefined ? file.file : path.join(CORPUS, other)
  const wanted = flags.get(source)
  const reference =
    wanted === undefined
      ? undefined
      : await referencePicture(source, file.path, wanted, folder, pydicomPicture)
  if (wanted === undefined || reference === undefined) {
    t.fail(`${file.path} has no reference`)
    return 'failed'
  }
  const ours = await pixelsOf(picture.bytes)
  const theirs = await inShapeOf(ours, reference, wanted.aspect)
  if (theirs === undefined) {
    t.fail(`${file.path} is ${ours.width} × ${ours.height}, not ${reference.width} × ${reference.height}`)
    return 'failed'
  }
  const isLossless = LOSSLESS.test(file.columns['transfer_syntax'] ?? '')
  const limit =
    isLossless && theirs.channels === 1 && theirs === reference ? LIMITS.losslessGrey : LIMITS.other
  const difference = meanDifference(ours, theirs)
  if (difference > limit)
    t.fail(`${file.path} differs by ${difference.toFixed(3)} (${wanted.flags.join(' ')})`)
  return 'compared'
}

async function referencePicture(
  source: string,
  inside: string,
  { frame, flags, reference }: Wanted,
  folder: string,
  pydicomPicture: PydicomPicture,
): Promise<Pixels | undefined> {
  if (reference === 'dcmtk')
    return dcmtkPicture(source, frame, [...flags, ...(MORE_FLAGS[inside] ?? [])], folder)
  const raw = path.join(folder, `${path.basename(inside)}.raw`)
  await promisify(execFile)('gdcmconv', ['--raw', source, raw])
  return pydicomPicture(raw, frame, undefined)
}

function found<T>(table: ReadonlyMap<RegExp, T>, inside: string): T | undefined {
  for (const [pattern, entry] of table) if (pattern.test(inside)) return entry
  return undefined
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

/** DCMTK's picture with square pixels, where ours has them: either way of stretching is right.
 * @returns undefined where ours has another shape */
async function inShapeOf(ours: Pixels, theirs: Pixels, aspect: number): Promise<Pixels | undefined> {
  if (ours.width === theirs.width && ours.height === theirs.height) return theirs
  const shape = theirs.width / (theirs.height * aspect)
  if (Math.abs(ours.width - ours.height * shape) > 1) return undefined
  const { width, height, channels } = theirs
  const { data, info } = await sharp(theirs.data, {
    raw: { width, height, channels: channels === 1 ? 1 : 3 },
  })
    .resize(ours.width, ours.height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}
