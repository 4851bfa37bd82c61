/** Repr-Digest and Content-Digest. RFC 9530
 * @param sha256 32 bytes */
export function digestField(sha256: Uint8Array): string {
  return `sha-256=:${Buffer.from(sha256.buffer, sha256.byteOffset, sha256.byteLength).toString('base64')}:`
}
