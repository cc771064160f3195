package io.penstock.importer.intake;

import io.penstock.model.job.JobMessage;

/** Takes one delivered message. Throws nothing: a failure is a {@link Handling}. Thread-safe. */
@FunctionalInterface
public interface JobHandler {
  Handling handle(JobMessage message);
}
