package io.penstock.kill;

import io.penstock.kill.agent.ControlFolder;

/** A process that is killed and started again. Used by one thread. */
interface Victim {
  String name();

  /** Where it is told at which point to end. */
  ControlFolder control();

  Process process();

  /** Begins it; returns when it is ready. */
  void start() throws Exception;
}
