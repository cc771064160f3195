package io.penstock.kill;

import io.penstock.embedded.queues.EmbeddedQueues;
import java.util.concurrent.CountDownLatch;

/** The queues in a process of their own, which forgets everything when it ends. */
final class LoneQueues {
  private LoneQueues() {}

  /** Serves until it is killed, on the port that the argument names. */
  public static void main(String[] args) throws InterruptedException {
    EmbeddedQueues queues = EmbeddedQueues.start(Integer.parseInt(args[0]));
    System.out.println("queues on " + queues.endpoint());
    new CountDownLatch(1).await();
  }
}
