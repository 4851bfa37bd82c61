import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Window } from '../../src/imaging/frame-description.js'
import type { Pixels } from './dcmtk-picture.js'

const run = promisify(execFile)

/** One frame as pydicom and numpy draw it: for what DCMTK cannot.
 * @param file uncompressed
 * @param frame 0-based */
export async function pydicomPicture(
  file: string,
  frame: number,
  window: Window | undefined,
): Promise<Pixels> {
  const asked = {
    path: file,
    frame,
    ...(window === undefined ? {} : { window: [window.center, window.width, window.shape] }),
  }
  const { stdout } = await run(
    '/usr/bin/python3',
    [path.resolve('test/oracles/pydicom_picture.py'), JSON.stringify(asked)],
    { maxBuffer: 256 << 20 },
  )
  const { data, ...size } = JSON.parse(stdout) as Omit<Pixels, 'data'> & { data: string }
  return { ...size, data: Buffer.from(data, 'base64') }
}
