/**
 * The durable truth: every record stands once in the trail of its organisation, and a trail is a
 * chain of write-once segments.
 *
 * <ul>
 *   <li>A record has an index in its trail, 0, 1, 2, … without a gap. A segment's key is the index
 *       of its first record: {@code audit/{organisation or "platform"}/segments/{index, 20
 *       digits}}. The next segment's key follows from it and its number of records, so that a trail
 *       is read without ever being listed.
 *   <li>A segment is written with {@code If-None-Match: *}. That is the whole fence: of two writers
 *       one gets the key, the other reads what stands there, drops from its own records those that
 *       it finds in it, and takes the next index. Whoever appends has therefore seen all that was
 *       appended before, and a record delivered to two writers is kept once.
 *   <li>Inside a segment records stand in the order of their ids (UUID version 7: the order of
 *       time), one line of canonical JSON each, made by one codec: the same bytes whoever writes
 *       them. A line has at most 32 KiB; what is larger stands beside, in {@code values}.
 *   <li>What arrives within the group window shares a segment. A caller is told only after the
 *       object is there.
 *   <li>Which ids are kept is asked of {@link io.penstock.audit.keep.KeptIds}; what searches, of a
 *       {@link io.penstock.audit.keep.Projection}. Both follow the trails, each with a position of
 *       its own, and are made from them when they are lost.
 *   <li>{@code audit/trails/{name}} marks that a trail exists; it is written before the trail's
 *       first segment.
 * </ul>
 *
 * <p>All of it is locked. The provable log ({@code log}: tiles, checkpoints) derives from the same
 * segments.
 */
@NullMarked
package io.penstock.audit.keep;

import org.jspecify.annotations.NullMarked;
