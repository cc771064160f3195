/**
 * Checks a log that somebody else keeps, from a copy of its files or over HTTP: every tile, bundle,
 * checkpoint and segment against the one root that a known key has signed, and against the
 * checkpoints that the reader has kept himself.
 *
 * <p>Nothing that is read is believed before it was compared, and a log of any length is read once,
 * in order, with memory for its ids only (eight bytes each, and a little).
 */
@NullMarked
package io.penstock.trail.verify;

import org.jspecify.annotations.NullMarked;
