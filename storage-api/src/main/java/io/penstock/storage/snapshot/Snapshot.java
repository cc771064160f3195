package io.penstock.storage.snapshot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's row.
 *
 * @param bucketId in which the table lay: who may read the bucket may read the snapshot
 * @param fileId with the rows; null: of an alias, which has none of its own
 * @param structure JSON, see {@link Structure}
 */
record Snapshot(
    long id,
    long projectId,
    long tableId,
    long bucketId,
    @Nullable Long fileId,
    String description,
    String structure,
    @Nullable Long tokenId,
    String tokenDescription,
    Instant created) {}
