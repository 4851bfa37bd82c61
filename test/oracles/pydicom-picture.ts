import path from 'node:path'
import type { Test } from 'tap'
import type { Window } from '../../src/imaging/frame-description.js'
import type { Pixels } from './dcmtk-picture.js'
import { pythonProcess } from './python-process.js'

/** One frame as pydicom and numpy draw it: for what DCMTK cannot.
 * @param file uncompressed
 * @param frame 0-based */
export type PydicomPicture = (file: string, frame: number, window: Window | undefined) => Promise<Pixels>

/** By one process, which ends with the test. */
export function pydicomPictures(t: Test): PydicomPicture {
  const ask = pythonProcess(t, [path.resolve('test/oracles/pydicom_picture.py')])
  return async (file, frame, window) => {
    const answer = await ask({
      path: file,
      frame,
      ...(window === undefined ? {} : { window: [window.center, window.width, window.shape] }),
    })
    const { data, ...size } = answer as Omit<Pixels, 'data'> & { data: string }
    return { ...size, data: Buffer.from(data, 'base64') }
  }
}
