package io.penstock.storage.token;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an update says; null: stays as it is. */
record TokenChange(
    @Nullable String description,
    @Nullable Boolean canReadAllFiles,
    @Nullable Boolean canPurgeTrash,
    @Nullable List<String> componentAccess,
    @Nullable Instant expiresAt) {}
