/**
 * The log that proves a trail: Merkle tiles, bundles of entries and signed checkpoints, derived
 * from the trail's segments and from nothing else.
 *
 * <ul>
 *   <li>An entry is a line of a segment, byte for byte. Whoever derives the log makes the same
 *       bytes, so that two writers, and one that begins anew, cannot disagree.
 *   <li>Written in this order: full tiles and bundles, partial ones, {@code checkpoints/{size}},
 *       {@code checkpoint}. A checkpoint is never there before all that it speaks of.
 *   <li>All but {@code checkpoint} is written once. Where something stands already it is compared:
 *       what differs, a root that does not come out, or a checkpoint of more records than the
 *       segments hold, means that somebody has tampered. Then this trail's log is left as it is, no
 *       new checkpoint is signed, and the service says so until it is started anew.
 *   <li>After a start, or any failure, it goes on from {@code checkpoint}, if that is signed by one
 *       of our keys and the tiles lead to its root, and else from the first segment.
 * </ul>
 */
@NullMarked
package io.penstock.audit.log;

import org.jspecify.annotations.NullMarked;
