import { S3Client } from '@aws-sdk/client-s3'
import type { S3Address } from './address.js'
import type { Patience } from './attempts.js'

/** One bucket and how to speak to it. */
export interface Bucket {
  readonly client: S3Client
  readonly name: string
  readonly address: S3Address
  /** Whether the line itself proves that a body came as it was sent. */
  readonly encrypted: boolean
  readonly patience: {
    /** what a client waits for */
    readonly read: Patience
    /** what would be lost, or cost much to send again */
    readonly write: Patience
    /** what may be left undone, since the next sweep does it */
    readonly tidy: Patience
  }
}

export interface BucketLimits {
  /** how long a connection may be silent in the midst of a request; 15 s by default */
  readonly idleMs?: number
  /** for a read with all its repetitions; a write has twice as long, and the time its bytes take on a slow line */
  readonly deadlineMs?: number
}

const CONNECT_MS = 3000
const IDLE_MS = 15_000
const DEADLINE_MS = 30_000
const TIDY_MS = 10_000
const READ_ATTEMPTS = 5
/** A quarter of a minute or so where it answers nothing at all: a gateway that is started anew is back by then. */
const WRITE_ATTEMPTS = 12
const TIDY_ATTEMPTS = 3
/** Streams of slow clients hold one each, until they have been silent for too long. */
const CONNECTIONS = 1024

export function s3Bucket(
  address: S3Address,
  { idleMs = IDLE_MS, deadlineMs = DEADLINE_MS }: BucketLimits,
): Bucket {
  // The version of the SDK is ours, and it runs on Node 20; the warning is of later ones.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const agent = { keepAlive: true, maxSockets: CONNECTIONS }
  const client = new S3Client({
    ...(address.endpoint === undefined ? {} : { endpoint: address.endpoint }),
    ...(address.region === undefined ? {} : { region: address.region }),
    forcePathStyle: address.forcePathStyle,
    // Each body has its Content-MD5; servers that are not Amazon's know no other checksum, or store it among the bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It costs a round trip, and with this SDK a new connection, for each body.
    expectContinueHeader: false,
    // Attempts are ours (attempts.ts): they have a deadline, and no quota that an outage uses up for later.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, idleMs),
      socketTimeout: idleMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  })
  return {
    client,
    name: address.bucket,
    address,
    encrypted: address.endpoint?.startsWith('http:') !== true,
    patience: {
      read: { attempts: READ_ATTEMPTS, deadlineMs },
      write: { attempts: WRITE_ATTEMPTS, deadlineMs: 2 * deadlineMs },
      tidy: { attempts: TIDY_ATTEMPTS, deadlineMs: Math.min(TIDY_MS, deadlineMs) },
    },
  }
}
