package io.penstock.storage.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a route at all: its line in the authorisation table. A handler without it stops the
 * start-up. What depends on the bucket or file at hand is refused in the feature, by {@link
 * io.penstock.storage.access.Caller#require}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Allow {
  Right value();

  /**
   * The handler itself compares what it reads with the caller's counter ({@link
   * io.penstock.storage.access.Callers#remembered}), so that the door does not ask for it first:
   * one journey to the database less, and none before its record with {@link RecordedReads}. For
   * calls that clients make all the time, and that read from the database who calls anyhow.
   */
  boolean comparedByHandler() default false;

  /** Rights in the order of the contract's chapter 2. */
  enum Right {
    /** No token needed. */
    EVERYBODY,
    /** Any valid token. */
    ANY_TOKEN,
    /** {@code canManageBuckets}. */
    MANAGE_BUCKETS,
    /** {@code canManageTokens}, that is: a master token. */
    MANAGE_TOKENS,
    /** A Manage API token. */
    ADMINISTRATOR,
    /** A Manage API token of a super admin. */
    SUPER_ADMIN
  }
}
