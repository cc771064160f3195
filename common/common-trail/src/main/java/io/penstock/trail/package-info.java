/**
 * The arithmetic of a log that proves itself, for those who write it and those who check it: Merkle
 * trees of RFC 6962, tiles and entry bundles as C2SP's tlog-tiles lays them out, checkpoints as
 * signed notes, proofs.
 *
 * <p>Nothing here knows where a log stands or what its entries say; a {@link
 * io.penstock.trail.TileSource} reads it. What is read is not trusted: a hash counts when it leads
 * to the root of a checkpoint that a known key has signed.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">tlog-tiles</a>
 * @see <a href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</a>
 * @see <a href="https://c2sp.org/signed-note">signed-note</a>
 */
@NullMarked
package io.penstock.trail;

import org.jspecify.annotations.NullMarked;
