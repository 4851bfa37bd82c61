import { spawn } from 'node:child_process'
import { access, constants, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../dicom/problem.js'

/** Makes a video of pictures. */
export interface VideoEncoder {
  /** @param pictures PNG files of one size, made by us
   * @param framesPerSecond above 0
   * @returns an MP4 file that can be played from its beginning on while it comes, H.264 where ffmpeg has it
   * @throws Problem `undecodable` (ffmpeg fails, or takes too long), `limit-exceeded`, `overloaded`; what the pictures and the
   *  signal throw */
  mp4(pictures: AsyncIterable<Uint8Array>, framesPerSecond: number, signal?: AbortSignal): Promise<Uint8Array>
}

/** @returns undefined where no ffmpeg is in PATH; looked for once */
export type FindVideoEncoder = () => Promise<VideoEncoder | undefined>

const MOST_AT_ONCE = 2
const MOST_MS = 600_000
const MOST_BYTES = 128 << 20
const FOLDER = 'video-'
/** so old, no process works on it any more */
const ABANDONED_MS = 2 * MOST_MS

/** @param folder where a video grows before it is read: ffmpeg writes its index to the front at the end
 *  @param searchPath folders with colons between, as in PATH */
export function videoEncoder(folder: string, searchPath = process.env['PATH'] ?? ''): FindVideoEncoder {
  let found: Promise<VideoEncoder | undefined> | undefined
  let running = 0
  return () => (found ??= find())

  async function find(): Promise<VideoEncoder | undefined> {
    const program = await programIn(searchPath.split(path.delimiter))
    if (program === undefined) return undefined
    const codec = await codecOf(program)
    await mkdir(folder, { recursive: true })
    await removeAbandoned(folder)
    return {
      async mp4(pictures, framesPerSecond, signal) {
        if (running >= MOST_AT_ONCE)
          throw new Problem('overloaded', 'too many videos are being made; try again later')
        running++
        const own = await mkdtemp(path.join(folder, FOLDER))
        try {
          const file = path.join(own, 'video.mp4')
          await encode(program, codec, pictures, framesPerSecond, file, signal)
          const { size } = await stat(file)
          if (size > MOST_BYTES)
            throw new Problem(
              'limit-exceeded',
              `the video has ${size} bytes; at most ${MOST_BYTES} are given`,
            )
          return await readFile(file)
        } finally {
          running--
          await rm(own, { recursive: true, force: true })
        }
      },
    }
  }
}

async function programIn(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (!path.isAbsolute(folder)) continue
    const program = path.join(folder, 'ffmpeg')
    const there = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return program
  }
  return undefined
}

/** H.264 where this ffmpeg was built with it, else MPEG-4 part 2, which it always has. */
async function codecOf(program: string): Promise<readonly string[]> {
  const child = spawn(program, ['-hide_banner', '-encoders'], { stdio: ['ignore', 'pipe', 'ignore'] })
  child.once('error', () => undefined)
  let listed = ''
  for await (const piece of child.stdout) listed += String(piece)
  return /\blibx264\b/.test(listed)
    ? ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18']
    : ['-c:v', 'mpeg4', '-q:v', '2']
}

async function encode(
  program: string,
  codec: readonly string[],
  pictures: AsyncIterable<Uint8Array>,
  framesPerSecond: number,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(MOST_MS)
  const ended = signal === undefined ? limit : AbortSignal.any([signal, limit])
  ended.throwIfAborted()
  const rate = framesPerSecond.toFixed(3)
  const child = spawn(
    program,
    [
      ...['-hide_banner', '-loglevel', 'error', '-y', '-threads', '2'],
      ...['-f', 'image2pipe', '-c:v', 'png', '-framerate', rate, '-i', 'pipe:0'],
      // Sides have to be even; players expect this form, and these colours of it.
      ...['-vf', 'pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
      ...codec,
      ...['-threads', '2', '-g', String(Math.max(1, Math.round(framesPerSecond * 2)))],
      ...['-an', '-movflags', '+faststart', '-f', 'mp4', file],
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], env: {}, signal: ended, killSignal: 'SIGKILL' },
  )
  const exit = new Promise<number | null>(resolve => {
    child.once('error', () => {
      resolve(null)
    })
    child.once('exit', resolve)
  })
  try {
    // What ffmpeg says of its input is not told: it may quote it.
    await pipeline(Readable.from(pictures, { objectMode: true, highWaterMark: 1 }), child.stdin, {
      signal: ended,
    })
  } catch (error) {
    child.kill('SIGKILL')
    await exit
    signal?.throwIfAborted()
    if (error instanceof Problem) throw error
    throw failed(limit.aborted)
  }
  if ((await exit) === 0) return
  signal?.throwIfAborted()
  throw failed(limit.aborted)
}

function failed(tookTooLong: boolean): Problem {
  return new Problem(
    'undecodable',
    tookTooLong ? 'the video took too long to make' : 'the frames could not be made a video',
  )
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const one = path.join(folder, name)
    const status = name.startsWith(FOLDER) ? await stat(one).catch(() => undefined) : undefined
    if (status !== undefined && Date.now() - status.mtimeMs > ABANDONED_MS)
      await rm(one, { recursive: true, force: true })
  }
}
