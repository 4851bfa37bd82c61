import t from 'tap'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.js'
import { encodeFrame } from '../../src/imaging/codecs/encode.js'
import type { JobInput } from '../../src/imaging/jobs.js'
import { imagingPool, type ImagingPool } from '../../src/imaging/pool.js'
import { problem } from '../problem.js'
import { pixelFormat } from '../made-pixel-format.js'

/** @param rows of the header; the frame always has 2 × 2 pixels */
function job(rows = 2, transferSyntax = EXPLICIT_VR_LITTLE_ENDIAN): JobInput<'picture'> {
  return {
    frame: new Uint8Array(8),
    description: {
      transferSyntax,
      format: pixelFormat({ rows, columns: 2, bitsAllocated: 16, bitsStored: 12 }),
      rescale: { slope: 1, intercept: 0 },
      window: undefined,
    },
    request: { mediaType: 'image/png', quality: undefined, window: undefined, viewport: undefined },
  }
}

const picture = (pool: ImagingPool, rows?: number): Promise<string> =>
  pool.run('picture', job(rows)).then(
    ({ mediaType }) => mediaType,
    (error: unknown) => (error as { kind: string }).kind,
  )

t.test('imaging pool', t => {
  t.test('jobs that fail leave their thread to the next', async t => {
    const pool = imagingPool({ threads: 1, jobMs: 5000 })
    t.teardown(() => pool.close())
    const asked = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 3 : 2))
    const answers = await Promise.all(asked.map(rows => picture(pool, rows)))
    t.same(
      answers,
      asked.map(rows => (rows === 3 ? 'undecodable' : 'image/png')),
    )
  })

  t.test('a JPEG, even a damaged one, leaves its thread to the next', async t => {
    let threads = 0
    const count = (): void => {
      threads += 1
    }
    process.on('worker', count)
    const pool = imagingPool({ threads: 1 })
    t.teardown(() => {
      process.off('worker', count)
      return pool.close()
    })
    const format = pixelFormat({ rows: 64, columns: 64 })
    const native = { format, bytes: Uint8Array.from({ length: 64 * 64 }, (_, n) => n & 0xff) }
    const transferSyntax = '1.2.840.10008.1.2.4.50'
    const { bytes } = await encodeFrame(native, transferSyntax, { quality: undefined })
    for (const cut of [0, 0, 0, 100, 0]) {
      const frame = Uint8Array.from(bytes.subarray(0, bytes.length - cut))
      const asked = pool.run('transcode', {
        ...{ frame, transferSyntax, format, to: EXPLICIT_VR_LITTLE_ENDIAN },
        options: { quality: undefined },
      })
      if (cut > 0) await t.rejects(asked, problem('undecodable'))
      else t.equal((await asked).bytes.length, 64 * 64)
    }
    t.equal(threads, 1)
  })

  t.test('more than the queue holds are refused', async t => {
    const pool = imagingPool({ threads: 1, queue: 3 })
    t.teardown(() => pool.close())
    const answers = await Promise.all(Array.from({ length: 6 }, () => picture(pool)))
    t.same(answers.sort(), [...Array<string>(4).fill('image/png'), 'overloaded', 'overloaded'])
  })

  t.test('a job that takes longer than its limit costs its thread, and the next is done', async t => {
    const pool = imagingPool({ threads: 1, jobMs: 1 })
    t.teardown(() => pool.close())
    await t.rejects(pool.run('picture', job()), problem('undecodable'))
    await t.rejects(pool.run('picture', job()), problem('undecodable'))
  })

  t.test('a client that went away takes its job along', async t => {
    const pool = imagingPool({ threads: 1 })
    t.teardown(() => pool.close())
    const gone = new AbortController()
    const first = pool.run('picture', job(), gone.signal)
    const waiting = pool.run('picture', job(), gone.signal)
    gone.abort()
    await t.rejects(first, problem('client-gone'))
    await t.rejects(waiting, problem('client-gone'))
    t.equal(await picture(pool), 'image/png')
  })

  t.test('a pool that is closed ends what it was given', async t => {
    const pool = imagingPool({ threads: 1 })
    const jobs = [picture(pool), picture(pool)]
    await pool.close()
    t.same(await Promise.all(jobs), ['unavailable', 'unavailable'])
    t.equal(await picture(pool), 'unavailable')
  })
  t.end()
})
