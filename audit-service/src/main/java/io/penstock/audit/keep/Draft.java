package io.penstock.audit.keep;

import java.util.Map;

/**
 * A segment that is ready to be written.
 *
 * @param segment its records as they will be read again: what is too large is replaced
 * @param lines its bytes
 * @param values what was replaced, by the SHA-256 in hex
 */
record Draft(Segment segment, byte[] lines, Map<String, byte[]> values) {}
