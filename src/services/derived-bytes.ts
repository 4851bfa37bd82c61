import type { DerivedCache, DerivedFile, DerivedName } from '../blobs/derived-cache.js'
import { Problem } from '../dicom/problem.js'

/** What is made from stored bytes, and kept in the derived cache where there is room. */
export interface DerivedBytes {
  /** What is asked for twice at once is made once. Small results only (pictures, frames): they are held in memory, and those
   *  who asked share the bytes: nobody may write to them or transfer them.
   * @param make the signal it gets ends it, once all who asked went away
   * @param signal of the one who asks; going away fails nobody else
   * @throws Problem `client-gone`; what `make` throws, which is told to all who wait, and then forgotten */
  get(
    name: DerivedName,
    make: (signal: AbortSignal) => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
}

interface Flight {
  readonly bytes: Promise<Uint8Array>
  readonly stop: AbortController
  waiting: number
}

export function derivedBytes(cache: DerivedCache): DerivedBytes {
  const flights = new Map<string, Flight>()
  return {
    async get(name, make, signal) {
      if (signal?.aborted === true) throw gone()
      const key = `${name.of}\n${name.as}`
      const flight = flights.get(key) ?? takeOff(key, name, make)
      flight.waiting += 1
      return until(flight, signal, () => {
        flight.waiting -= 1
        if (flight.waiting > 0) return
        // Who asks from now on must not wait for what is being stopped.
        if (flights.get(key) === flight) flights.delete(key)
        flight.stop.abort(gone())
      })
    },
  }

  function takeOff(
    key: string,
    name: DerivedName,
    make: (signal: AbortSignal) => Promise<Uint8Array>,
  ): Flight {
    const stop = new AbortController()
    const found = keptOrMade(name, () => {
      stop.signal.throwIfAborted()
      return make(stop.signal)
    })
    const flight = { bytes: found.then(({ bytes }) => bytes), stop, waiting: 0 }
    flights.set(key, flight)
    // Those who wait have the bytes before they are kept; who asks meanwhile shares them still.
    void found
      .then(({ bytes, made }) => (made ? keep(name, bytes) : undefined))
      .catch(() => undefined)
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key)
      })
    return flight
  }

  async function keptOrMade(
    name: DerivedName,
    make: () => Promise<Uint8Array>,
  ): Promise<{ bytes: Uint8Array; made: boolean }> {
    const file = await cache.get(name)
    const kept = file === undefined ? undefined : await readAll(file)
    return kept === undefined ? { bytes: await make(), made: true } : { bytes: kept, made: false }
  }

  async function keep(name: DerivedName, bytes: Uint8Array): Promise<void> {
    const writer = await cache.create(name, bytes.length)
    await writer?.write(bytes)
    await writer?.commit()
  }
}

/** The bytes of a flight, or `client-gone` as soon as the signal says so. */
function until({ bytes }: Flight, signal: AbortSignal | undefined, onGone: () => void): Promise<Uint8Array> {
  if (signal === undefined) return bytes
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      onGone()
      reject(gone())
    }
    signal.addEventListener('abort', leave, { once: true })
    bytes.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave)
    })
  })
}

function gone(): Problem {
  return new Problem('client-gone', 'the client went away')
}

/** @returns undefined where the file is not whole */
async function readAll(file: DerivedFile): Promise<Uint8Array | undefined> {
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of file.read({ start: 0, end: file.sizeBytes })) chunks.push(chunk)
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}
