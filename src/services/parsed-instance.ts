import type { ParsedFile } from '../dicom/part10/parsed-dataset.js'
import type { NewInstance } from '../dicom/stored-instance.js'
import { requiredUids } from './instance-checks.js'
import type { InstanceDigests } from './instance-hashes.js'

/** What the index is given of a file that was read to its end.
 *  @param blob where its bytes are
 *  @param study undefined: any
 *  @throws Unfit */
export function parsedInstance(
  parsed: ParsedFile,
  { sha256, datasetSha256 }: InstanceDigests,
  blob: Pick<NewInstance, 'blobKey' | 'sizeBytes'>,
  study?: string,
): NewInstance {
  return {
    ...requiredUids(parsed, study),
    TransferSyntaxUID: parsed.TransferSyntaxUID,
    ...blob,
    sha256,
    datasetSha256,
    datasetOffsetBytes: parsed.datasetOffsetBytes,
    ...(parsed.inflatedBytes === undefined ? {} : { inflatedBytes: parsed.inflatedBytes }),
    header: parsed.header,
    headerTextBytes: parsed.headerTextBytes,
    bulk: parsed.bulk,
    frames: parsed.frames,
    attributes: parsed.attributes,
  }
}
