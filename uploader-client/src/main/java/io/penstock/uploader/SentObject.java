package io.penstock.uploader;

/**
 * What lies in the object store.
 *
 * @param key of the object
 * @param bytes of the object, packed when it was packed on the way
 * @param sha256 of these bytes, lower-case hexadecimal
 * @param parts in which it went; 1 when it went in one piece
 * @param partsKept of these, sent by an earlier run and not again
 */
public record SentObject(String key, long bytes, String sha256, int parts, int partsKept) {}
