/** Mutation fuzzer of the multipart reader: bodies made of parts, then damaged and cut anywhere, must come out as a plain
 *  splitter of the whole body says, and fail only by Problem.
 *  `node dist/test/suites/fuzz-multipart.js --seconds 10 --seed 1` */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Problem } from '../../src/dicom/problem.js'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { asSource, collect, cutAt } from '../web/multipart/collect-parts.js'

const BOUNDARY = 'f-u-z'
const HEADER_BYTES = 200

interface Expected {
  readonly bodies: string[]
  readonly whole: boolean
}

/** The whole body as latin1 text, split by regular expressions. */
function expectedOf(body: string): Expected {
  let rest = `\r\n${body}`
  const bodies: string[] = []
  /** The text before the next delimiter; `rest` is then what follows it. */
  const upToDelimiter = (): { text: string; ended: 'part' | 'closing' | 'cut' } => {
    const found = /\r\n--f-u-z(?:(--)|[ \t]{0,256}\r\n)/.exec(rest)
    const text = rest.slice(0, found?.index ?? rest.length)
    rest = rest.slice(text.length + (found?.[0].length ?? 0))
    return { text, ended: found === null ? 'cut' : found[1] === undefined ? 'part' : 'closing' }
  }
  let { ended } = upToDelimiter()
  while (ended === 'part') {
    // an empty line ends the headers; without one before the next delimiter the part ends with them
    const emptyLine = rest.startsWith('\r\n') ? 0 : rest.indexOf('\r\n\r\n')
    const line = rest.indexOf('\r\n--f-u-z')
    const bare = line >= 0 && (emptyLine < 0 || line < emptyLine) && !rest.startsWith('\r\n')
    const length = bare ? line : emptyLine
    if (length < 0 || length > HEADER_BYTES) return { bodies, whole: false }
    const borrowed = bare ? 0 : 2
    rest = rest.slice(bare || length === 0 ? length : length + 2)
    const { text, ended: next } = upToDelimiter()
    bodies.push(text.slice(borrowed))
    ended = next
  }
  return { bodies, whole: ended === 'closing' }
}

/** Numerical Recipes' generator: the same run for the same seed on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const PIECES = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '-',
  '--',
  '\r\n--f-u-',
  '\r\n--f-u-z',
  '\r\n--f-u-z--',
  '\r\n--f-u-z\r\n',
  ' ',
  '\t',
  ':',
]

function madeBody(random: (below: number) => number, data: readonly string[]): string {
  let body = ''
  for (let part = random(5); part >= 0; part--)
    body += `--f-u-z\r\nContent-Type: application/dicom\r\n\r\n${data[random(data.length)] ?? ''}\r\n`
  body += '--f-u-z--\r\n'
  for (let damage = random(8); damage > 0; damage--) {
    const at = random(body.length + 1)
    const kind = random(4)
    if (kind === 0) body = body.slice(0, at) + (PIECES[random(PIECES.length)] ?? '') + body.slice(at)
    else if (kind === 1) body = body.slice(0, at) + body.slice(at + 1 + random(20))
    else if (kind === 2) body = body.slice(0, at) + String.fromCharCode(random(256)) + body.slice(at + 1)
    else if (random(4) === 0) body = body.slice(0, at)
  }
  return body
}

async function run(seconds: number, seed: number): Promise<number> {
  const random = randomFrom(seed)
  const made = ['', 'x', '\r\n', '\r\n\r\n', '--f-u-z', 'a'.repeat(300)]
  const files = withoutCorpus() === false ? corpusFiles().filter((_, index) => index % 50 === 0) : []
  const data = [...made, ...files.map(({ file }) => readFileSync(file).subarray(100, 700).toString('latin1'))]
  const end = Date.now() + seconds * 1000
  let rounds = 0
  while (Date.now() < end) {
    const body = madeBody(random, data)
    const cuts = Array.from({ length: random(12) }, () => random(body.length + 1))
    const { parts, error } = await collect(asSource(cutAt(Buffer.from(body, 'latin1'), cuts)), BOUNDARY, {
      headerBytes: HEADER_BYTES,
    })
    const expected = expectedOf(body)
    try {
      assert.deepStrictEqual(
        parts.map(part => part.body),
        expected.bodies,
      )
      assert.equal(error === undefined, expected.whole)
      if (error !== undefined) assert.ok(error instanceof Problem, error.stack)
    } catch (cause) {
      throw new Error(
        `seed ${seed}, round ${rounds}: ${JSON.stringify({ body, cuts, parts, expected, error: error?.message })}: ${(cause as Error).message.slice(0, 200)}`,
      )
    }
    rounds++
  }
  return rounds
}

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const rounds = await run(Number(values.seconds ?? 10), seed)
console.log(`fuzz-multipart: seed ${seed}, ${rounds} bodies, all as expected`)
