package io.penstock.model.job;

import java.time.Instant;
import java.util.UUID;

/**
 * Body of a message on {@link io.penstock.model.QueueNames#TRIGGER_FIRINGS}: a configuration is to
 * be run because rows were imported into a table. May come twice.
 *
 * @param id the same when it comes again
 * @param runWithTokenId whose rights the run has; its text is not known to anybody but its bearer
 * @param jobId the import
 */
public record TriggerFiring(
    UUID id,
    long projectId,
    long triggerId,
    String component,
    String configurationId,
    long runWithTokenId,
    String tableId,
    long jobId,
    Instant firedAt) {}
