package io.penstock.storage.job;

import io.penstock.model.job.JobTask;

/**
 * A job that has changed a table, or will.
 *
 * @param finished true: it has, and has ended; false: it waits or is under way
 */
public record TableWrite(long id, String operation, boolean finished, JobTask task) {}
