package io.penstock.storage.http;

import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask.WorkspaceChange;
import java.util.Optional;

/**
 * Answers the calls that wait for import-worker's provisioner, as if it had done what they asked
 * for. What no call waits for stays unanswered, so that nothing changes behind a test's back.
 */
final class StandInProvisioner implements AutoCloseable {
  private final Worker worker;
  private final Thread thread;
  private volatile boolean closing;

  StandInProvisioner(Worker worker) {
    this.worker = worker;
    this.thread = Thread.ofVirtual().name("stand-in-provisioner").start(this::work);
  }

  private void work() {
    while (!closing) {
      Optional<JobMessage> message = worker.nextProvisioning();
      message.filter(StandInProvisioner::isAwaited).ifPresent(worker::succeeded);
    }
  }

  private static boolean isAwaited(JobMessage message) {
    return message.task() instanceof WorkspaceChange.Create
        || message.task() instanceof WorkspaceChange.SetPassword
        || message.task() instanceof WorkspaceChange.AddLogin;
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
