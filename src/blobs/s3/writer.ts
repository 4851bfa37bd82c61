import { Problem } from '../../dicom/problem.js'
import type { BlobWriter } from '../blob-store.js'
import type { Blocks } from '../blocks.js'
import type { Bodies } from './bodies.js'
import type { Bucket } from './bucket.js'
import { s3Problem } from './failures.js'
import type { InFlight } from './in-flight.js'
import { GatheredPart, SpillFile, type Body } from './part.js'
import { abortUpload, beginUpload, completeUpload, putWhole, uploadPart, type Upload } from './uploads.js'

/** Where a writer's bytes go and what it shares with the others. */
export interface WriterPlace {
  readonly bucket: Bucket
  /** of the object, with the prefix */
  readonly key: string
  /** memory of what is gathered, and the folder of what is more than that */
  readonly blocks: Blocks
  readonly spoolFolder: string
  /** memory of what is on its way */
  readonly inFlight: InFlight
  readonly bodies: Bodies
  readonly parts: PartSizes
}

export interface PartSizes {
  /** a blob up to this size is one request; S3 takes no parts below 5 MiB */
  readonly firstBytes: number
  /** so many parts of a size, then as many of twice the size: how large a blob becomes is not known at its start */
  readonly ofASize: number
  readonly largestBytes: number
}

/** S3's limit. */
const MOST_PARTS = 10_000

/** One request, or parts of which one is on its way while the next is gathered. */
export class S3Writer implements BlobWriter {
  readonly #place: WriterPlace
  readonly #spill: SpillFile
  readonly #ended = new AbortController()
  #part: GatheredPart
  #upload: Upload | undefined
  /** parts that were sent, or are on their way */
  #launched = 0
  #flight: Promise<void> | undefined
  #draining: Promise<void> | undefined
  #failure: Error | undefined
  #committing: Promise<void> | undefined
  #aborting: Promise<void> | undefined

  constructor(place: WriterPlace) {
    this.#place = place
    this.#spill = new SpillFile(place.spoolFolder)
    this.#part = this.#newPart()
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#throwFailure()
    if (this.#committing !== undefined) throw new Error('a blob takes no bytes after its commit')
    if (this.#draining !== undefined) throw new Error('a blob takes no bytes before the last ones are taken')
    const taken = this.#part.take(chunk.subarray(0, this.#roomBytes()))
    if (taken === chunk.length) return undefined
    const draining = this.#drain(chunk.subarray(taken)).finally(() => (this.#draining = undefined))
    this.#draining = draining
    return draining
  }

  commit(): Promise<void> {
    if (this.#committing === undefined && this.#aborting !== undefined)
      return Promise.reject(new Error('an aborted blob cannot be committed'))
    this.#committing ??= this.#commit()
    return this.#committing
  }

  abort(): Promise<void> {
    if (this.#committing !== undefined) return this.#committing.catch(() => undefined)
    this.#aborting ??= this.#discard(new Error('the blob was aborted'))
    return this.#aborting
  }

  async #drain(chunk: Uint8Array): Promise<void> {
    try {
      for (let rest = chunk; rest.length > 0;) {
        this.#throwFailure()
        if (this.#roomBytes() === 0) await this.#launch()
        const taken = this.#part.take(rest.subarray(0, this.#roomBytes()))
        rest = rest.subarray(taken)
        if (taken === 0) await this.#part.spill()
      }
    } catch (error) {
      this.#failure ??= s3Problem(error)
      throw this.#failure
    }
  }

  /** Sends what is gathered as a part, once the one before it has arrived. */
  async #launch(): Promise<void> {
    const { bucket, key, inFlight, bodies } = this.#place
    await this.#flight
    this.#throwFailure()
    if (this.#launched === MOST_PARTS)
      throw new Problem('limit-exceeded', `the instance is larger than ${MOST_PARTS} parts of an S3 upload`)
    const upload = (this.#upload ??= await beginUpload(bucket, key))
    const leave = await inFlight.enter(this.#part.sizeBytes, this.#ended.signal)
    let body: Body
    try {
      body = await this.#part.end(bodies)
    } catch (error) {
      leave(false)
      throw error
    }
    this.#launched++
    this.#part = this.#newPart()
    this.#flight = uploadPart(bucket, key, upload, body, this.#ended.signal).then(
      () => {
        this.#flight = undefined
        bodies.give(body.bytes)
        leave(true)
      },
      (error: unknown) => {
        this.#flight = undefined
        this.#failure ??= s3Problem(error)
        leave(false)
      },
    )
  }

  async #commit(): Promise<void> {
    const { bucket, key } = this.#place
    try {
      await this.#draining
      this.#throwFailure()
      if (this.#upload === undefined) await this.#putWhole()
      else {
        if (this.#part.sizeBytes > 0) await this.#launch()
        await this.#flight
        this.#throwFailure()
        await completeUpload(bucket, key, this.#upload)
        this.#upload = undefined
      }
    } catch (error) {
      const failure = s3Problem(error)
      await this.#discard(failure)
      throw failure
    }
    await this.#spill.close()
  }

  async #putWhole(): Promise<void> {
    const { bucket, key, inFlight, bodies } = this.#place
    const leave = await inFlight.enter(this.#part.sizeBytes, this.#ended.signal)
    let arrived = false
    try {
      const body = await this.#part.end(bodies)
      await putWhole(bucket, key, body)
      bodies.give(body.bytes)
      arrived = true
    } finally {
      leave(arrived)
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Frees memory, file and upload; never throws. */
  async #discard(failure: Error): Promise<void> {
    const { bucket, key } = this.#place
    this.#failure ??= failure
    this.#ended.abort(this.#failure)
    await this.#draining?.catch(() => undefined)
    await this.#flight
    this.#part.free()
    await this.#spill.close()
    if (this.#upload !== undefined) await abortUpload(bucket, key, this.#upload.id)
  }

  #newPart(): GatheredPart {
    const { blocks, bucket } = this.#place
    return new GatheredPart(blocks, this.#spill, !bucket.encrypted)
  }

  /** What the part that is gathered still takes. */
  #roomBytes(): number {
    const { firstBytes, ofASize, largestBytes } = this.#place.parts
    const partBytes = Math.min(firstBytes * 2 ** Math.floor(this.#launched / ofASize), largestBytes)
    return partBytes - this.#part.sizeBytes
  }
}
